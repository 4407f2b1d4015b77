"""Mistakes in calling the command, told as all our errors are."""

from typing import override

import click

from harness.content.suggest import did_you_mean, nearest
from harness.core.errors import UsageError


class Group(click.Group):
    """A group of commands that says which one was probably meant."""

    @override
    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        known = self.list_commands(ctx)
        if name not in known and not name.startswith("-"):
            what = f"there is no command `{name}`{did_you_mean(name, known)}"
            raise UsageError(what, hint=f"run `{ctx.command_path} --help`")
        return super().resolve_command(ctx, args)


def tell(error: click.ClickException) -> None:
    """Say on standard error what is wrong with a call; one without any word gets the whole help."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        error.show()
    else:
        click.echo(_as_ours(error), err=True)


def _as_ours(error: click.ClickException) -> UsageError:
    """Return an error of click in our words: what is wrong with which option, and where help is."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    message = error.message.rstrip(".")
    what = message[:1].lower() + message[1:]
    if isinstance(error, click.NoSuchOption):
        what = f"there is no option `{error.option_name}`{_near(error.option_name, context)}"
    elif isinstance(error, click.MissingParameter):
        what = f"{_name(error.param)} is missing"
    elif isinstance(error, click.BadParameter):
        what = f"{_name(error.param)}: {message}"
    return UsageError(what, hint=f"run `{context.command_path} --help`" if context else "")


def _name(param: click.Parameter | None) -> str:
    """Return how a person writes a parameter."""
    if param is None:
        return "an argument"
    return f"`{param.opts[0] if isinstance(param, click.Option) else param.human_readable_name}`"


def _near(name: str, context: click.Context | None) -> str:
    """Return the option that was probably meant; the dashes, which all have, are not compared."""
    params = context.command.get_params(context) if context else ()
    known = {option.lstrip("-"): option for param in params for option in param.opts}
    near = nearest(name.lstrip("-"), known)
    return f"; did you mean `{known[near]}`?" if near else ""
