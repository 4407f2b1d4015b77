"""The use cases: each composes rooms, hands them adapters, and reads like its docstring."""
