"""`harness release`."""

from pathlib import Path
from typing import Any

import click

from harness.adapters.folder import Folder
from harness.cli.options import trusting, world
from harness.core.digest import short
from harness.core.words import count
from harness.flows.left import release_known
from harness.flows.proofs import trusted_key
from harness.flows.release import commit_of, publish_tags, release
from harness.flows.runs import last_folder
from harness.flows.serving import served
from harness.report.text import one_line


@click.command("release")
@click.argument("run", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[RUN]")
@trusting
@click.option("--commit", "ref", default="HEAD", help="What is released.  [default: HEAD]", metavar="REF")
@click.option("--fetch", "known", is_flag=True, help="By the verdict that git has, or that a gate left on GitHub.")
@click.option("--push", "remote", default="", help="Push its tags to REMOTE.", metavar="REMOTE")
@click.option("--print", "shown", is_flag=True, help="Print its release.json, and keep nothing.")
@click.pass_obj
def command(folder: Path, /, *, run: Path | None, key: Path | None, ref: str, **options: Any) -> int:  # noqa: ANN401 (click's own)
    """Keep what a commit serves as a release, if a gate let it pass.

    RUN is the folder of a run that was attested; without it, the last one, or with --fetch none. The release and its
    verdict become tags of git. Exit codes: 0 it is kept, 1 it has no verdict that holds, 2 a file or an option is
    wrong.
    """
    here = world(folder)
    commit = commit_of(here, ref)
    if options["shown"]:
        click.echo(served(here, commit).text, nl=False)
        return 0
    signer = trusted_key(Folder(here.root), key)
    if options["known"]:
        done = release_known(here, signer, commit)
    else:
        done = release(here, run or last_folder(here), signer, commit)
    what = f"{count(len(done.release.prompts), 'prompt')}, {count(len(done.release.pins), 'pin')}"
    click.echo(f"release {short(done.release.digest)} of commit {short(commit)}: {what}")
    for one in done.statement.lifted:
        click.echo(one_line(str(one), 400))
    names = " ".join(done.tags)
    if options["remote"]:
        publish_tags(here, options["remote"], done)
        click.echo(f"pushed to {options['remote']}: {names}")
        return 0
    click.echo(f"kept; publish it by `git push origin {names}`" if done.new else f"kept before: {names}")
    return 0
