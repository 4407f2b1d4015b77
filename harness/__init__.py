"""harness: the gate and the delivery line for the prompts of an LLM application."""

__version__ = "0.1.0"
