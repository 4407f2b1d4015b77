"""Bytes to nouns: prompts, evalsets, pins and policy; every error with its place and a hint."""
