"""From a change to production and back: the page that shows it, walked."""
