"""Marks: what each kind of expectation makes of an answer, and what a case comes to."""
