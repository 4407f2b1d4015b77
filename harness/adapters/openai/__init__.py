"""Any endpoint that speaks OpenAI's protocol."""

from harness.adapters.openai.embeddings import OpenAIEmbeddings
from harness.adapters.openai.provider import OpenAI

__all__ = ["OpenAI", "OpenAIEmbeddings"]
