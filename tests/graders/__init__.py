"""Grading by models: the libraries and judges, asked through the meter, against a server that judges by a script."""
