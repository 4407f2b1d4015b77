"""Attackers that are models: each plays a conversation with what it attacks, and judges nothing."""
