"""`report.html`: the verdict as one page that needs nothing else, in which no word of anybody else's is alive."""
