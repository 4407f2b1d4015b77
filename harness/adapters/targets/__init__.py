"""Targets that are told how a rollout stands, and bring traffic to its candidate by themselves."""
