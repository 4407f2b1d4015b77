"""The verdict's views: each a pure function of the one document."""
