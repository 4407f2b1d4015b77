"""Counterfactual pairs: one question asked twice, with one person set for another."""
