"""The browser in which tests and pictures open pages: the one that this machine has."""

import shutil

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
"""Its path; None where there is none."""
FLAGS = ["--no-sandbox"]
"""Root has no sandbox to give."""
