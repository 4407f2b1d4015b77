"""The command `harness`: its verbs, and the one place where errors become exit codes."""

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import chdir
from importlib import import_module
from pathlib import Path
from typing import override

import click

from harness import __version__
from harness.cli.usage import Group, tell
from harness.core.errors import ExitCode, HarnessError, Origin, UnavailableError, UsageError
from harness.report.text import as_error, one_line

VERBS = {
    "gate": "Judge a change of prompts, cases or pins against its base.",
    "merge": "Make one verdict of the shards of a gate.",
    "publish": "Say what became of a gate on its pull request.",
    "attest": "State what a gate found, and sign it.",
    "verify": "Check a signed statement that a gate passed.",
    "release": "Keep what a commit serves as a release, if a gate let it pass.",
    "promote": "Let an environment run a release.",
    "canary": "Look how the rollout of an environment stands, and do what follows.",
    "rollback": "Let an environment run what it ran before.",
    "serve": "Answer requests by the release that an environment runs.",
    "keys": "Make keys for those who ask a gateway.",
    "audit": "Check the audit log that `harness serve` writes.",
    "render": "Print what other programs read: alert rules, a dashboard, manifests.",
    "status": "Show what each environment runs.",
    "history": "Show what an environment ran.",
    "evidence": "Collect what proves what environments ran and that releases passed.",
    "run": "Evaluate the working tree once, and write results and metrics.",
    "plan": "Show what a gate would judge, and prove what it would skip.",
    "check": "Check every prompt, case, pin and policy; ask nothing.",
    "diff": "Show base and candidate side by side for one case.",
    "compare": "Compare pins by quality, cost and latency on the same cases.",
    "versions": "Show what a new version of harness or of a scorer judges otherwise.",
    "explain": "Say why a trial is or is not in the cache.",
    "record": "Write the answers of a gate into a file, to judge it again without asking.",
    "topup": "Ask cases whose answers vary until gates against this tree need fewer calls.",
    "drill": "Plant known faults, and see whether the gate catches each.",
    "selftest": "Measure how often the gates block what changes nothing.",
    "schema": "Write the JSON Schemas of every format.",
    "detectors": "Hold the detectors against answers that people labelled.",
    "judge": "Hold a judge against what people say of the same answers.",
    "attacks": "Search for attacks that succeed, or import those of other tools, for review.",
    "cache": "Show the size of the store, prune it, or share it among jobs.",
    "workflows": "Check the workflow files, and run them on this machine.",
    "doctor": "Check a repository's settings on GitHub, and its files, for what the gate needs.",
    "init": "Make a repository that works, in a folder.",
}
YOUNG = 50_000
"""New objects after which garbage is looked for: few of ours are any."""


class _Verbs(Group):
    """Loads a verb's module only when it is called, so that help is instant."""

    @override
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(VERBS)

    @override
    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in VERBS:
            return None
        command: click.Command = import_module(f"harness.cli.{cmd_name}").command
        if not gc.isenabled():
            gc.freeze()  # modules stay
            gc.set_threshold(YOUNG)
            gc.enable()
        return command

    @override
    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "-C", "folder", type=click.Path(path_type=Path), default=Path(), help="Run as if started in DIR.", metavar="DIR"
)
@click.version_option(__version__, prog_name="harness")
@click.pass_context
def harness(context: click.Context, folder: Path) -> None:
    """Gate changes of an LLM application's prompts, cases and model pins.

    Exit codes: 0 passed, 1 blocked, 2 content or usage error, 3 inconclusive, 4 something is not available, 70 a bug.
    """
    if not folder.is_dir():
        raise UsageError(f"there is no folder {folder}")
    if folder != Path():
        context.with_resource(chdir(folder))
    context.obj = Path()


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; every error is told in a few lines."""
    try:
        return _tell(sys.argv[1:] if arguments is None else arguments)
    except BrokenPipeError:  # whoever reads our output has read enough; what was judged is in the reports
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return int(ExitCode.INCONCLUSIVE)


def _tell(arguments: Sequence[str]) -> int:
    try:
        code = _invoke(arguments)
    except HarnessError as error:
        print(as_error(error), file=sys.stderr)  # noqa: T201 (the terminal is the product)
        return int(error.exit_code)
    except click.ClickException as error:
        tell(error)
        return int(ExitCode.CONTENT)
    except (click.exceptions.Abort, KeyboardInterrupt):
        print("interrupted: nothing was judged; answers that came back are kept", file=sys.stderr)  # noqa: T201
        return int(ExitCode.INCONCLUSIVE)
    except BrokenPipeError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 (the outermost edge: what reaches it is a bug of ours)
        _show_trace()
        print(f"bug: {type(error).__name__}: {one_line(str(error))}", file=sys.stderr)  # noqa: T201
        print("\nhint: please report it; HARNESS_DEBUG=1 shows the traceback", file=sys.stderr)  # noqa: T201
        return int(ExitCode.BUG)
    return int(code or 0)


def _invoke(arguments: Sequence[str]) -> int | None:
    """Call the verb; click's own `main` would end a closed pipe with 1, which means that a gate blocked."""
    try:
        with harness.make_context("harness", list(arguments)) as context:
            code: int | None = harness.invoke(context)
    except click.exceptions.Exit as done:  # after help or the version
        return done.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        _show_trace()
        raise _unavailable(error) from error
    return code


def _unavailable(error: OSError) -> UnavailableError:
    """Return what the operating system refused, and where."""
    where = Origin(str(error.filename)) if error.filename else None
    what = error.strerror or str(error) or type(error).__name__
    return UnavailableError(what, where=where, hint="check that it is yours, and that the disk has room")


def _show_trace() -> None:
    if os.environ.get("HARNESS_DEBUG"):
        import traceback

        traceback.print_exc()
