"""Libraries that grade by asking models; each is an extra, behind one door, and asks through our meter."""
