"""What CI tells of itself by its environment: the pull request, the run, and where both are seen."""

from collections.abc import Mapping

from harness.core.errors import UsageError
from harness.core.forge import Posting


def posting_of(environ: Mapping[str, str], *, number: int, head: str) -> Posting:
    """Return on which pull request to speak, as the run that CI says this is; outside of CI as run 0.

    Args:
        environ: Of the process.
        number: Of the pull request.
        head: The commit that is proposed, in full.

    Raises:
        UsageError: The head is no full commit digest.
    """
    if len(head) not in {40, 64} or set(head) - set("0123456789abcdef"):
        raise UsageError(f"`{head}` is no commit in full", hint="give all digits, as `git rev-parse HEAD` prints them")
    url = run_url(environ)
    urls = {"run": url, "report": f"{url}#artifacts"} if url else {}
    counted = {name: environ.get(f"GITHUB_RUN_{name}", "") for name in ("NUMBER", "ATTEMPT")}
    number_of, attempt = (int(text) if text.isdecimal() else 0 for text in counted.values())
    caveats = () if environ.get("HARNESS_LOGIN") else (SHARED,)
    return Posting(number, head, number_of, attempt or 1, urls=urls, caveats=caveats if url else ())


def run_url(environ: Mapping[str, str]) -> str:
    """Return where CI shows the run; empty outside of CI."""
    server, repository, run = (environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run.isdecimal() else ""


SHARED = "posted with the token that all workflows share: any workflow of this repository could have posted it"
"""What is weaker without an App of one's own."""
WORKFLOW = "github-actions[bot]"
"""As whom the token of a workflow writes."""
