"""Which forge is spoken to: GitHub by its environment, or a folder."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from harness.adapters.files_forge import FilesForge
from harness.adapters.github import Account, Client, GitHub
from harness.core.errors import UsageError
from harness.flows.ci import WORKFLOW
from harness.ports import Forge


@contextmanager
def forge_of(environ: Mapping[str, str], *, folder: Path | None, head: str) -> Iterator[Forge]:
    """Yield where to speak.

    Args:
        environ: `GITHUB_REPOSITORY` and `GITHUB_TOKEN` say where and as whom; `GITHUB_API_URL` another address than
            GitHub's own; `HARNESS_LOGIN` the login of an App's token.
        folder: Write files there instead, and ask nobody.
        head: The commit that is proposed.

    Raises:
        UsageError: The environment lacks something.
    """
    if folder:
        yield FilesForge(folder, head)
        return
    account = account_of(environ, hint="set it, or write files with `--to FOLDER`")
    with closing(GitHub(Client(account), environ.get("HARNESS_LOGIN") or WORKFLOW)) as forge:
        yield forge


def account_of(environ: Mapping[str, str], *, hint: str) -> Account:
    """Return as whom GitHub is asked, and about what; `hint` is what helps somebody without.

    Raises:
        UsageError: The environment lacks something.
    """
    if missing := [name for name in ("GITHUB_REPOSITORY", "GITHUB_TOKEN") if not environ.get(name)]:
        raise UsageError(f"the environment has no `{missing[0]}`", hint=hint)
    where = {"url": environ["GITHUB_API_URL"]} if environ.get("GITHUB_API_URL") else {}
    return Account(environ["GITHUB_REPOSITORY"], environ["GITHUB_TOKEN"], **where)
