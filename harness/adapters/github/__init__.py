"""GitHub, through ghapi and a client of our own beneath it."""

from harness.adapters.github.client import Account, Client
from harness.adapters.github.delivery import GitHubDelivery
from harness.adapters.github.forge import GitHub
from harness.adapters.github.runs import Artifact, GitHubRuns
from harness.adapters.github.settings import GitHubSettings

__all__ = ["Account", "Artifact", "Client", "GitHub", "GitHubDelivery", "GitHubRuns", "GitHubSettings"]
