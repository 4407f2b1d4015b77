"""`harness serve`."""

import asyncio
from contextlib import closing, suppress
from functools import partial
from pathlib import Path
from typing import Any

import click

from harness.adapters.folder import Folder
from harness.adapters.http_server import HOST, bind, serve_http
from harness.cli.options import trusting, world
from harness.flows.desired import Place
from harness.flows.doors import Doors, Rules, doors
from harness.flows.gateway import Gateway
from harness.flows.proofs import trusted_key


@click.command("serve")
@click.argument("environment")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where to listen here.")
@click.option(
    "--host", default=HOST, show_default=True, help="At which address; others need --keys.", metavar="ADDRESS"
)
@click.option("--ref", default="HEAD", show_default=True, help="The commit that says what runs.", metavar="REF")
@click.option("--fetch", "remote", default="", help="Fetch from REMOTE before each look.", metavar="REMOTE")
@click.option(
    "--poll",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="Seconds between two looks at what runs.",
    metavar="SECONDS",
)
@click.option(
    "--keys",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Ask for a key, of those in FILE.  [default: anybody here may ask]",
    metavar="FILE",
)
@click.option(
    "--audit",
    type=click.Choice(["on", "strict", "off"]),
    default="on",
    show_default=True,
    help="Write down who asked what; strictly, nothing goes that cannot be written.",
)
@trusting
@click.pass_obj
def command(
    folder: Path,
    /,
    *,
    environment: str,
    port: int,
    poll: float,
    key: Path | None,
    **more: Any,  # noqa: ANN401 (options of several kinds)
) -> int:
    """Answer requests by the releases that an environment runs.

    Speaks OpenAI's protocol: POST /v1/chat/completions, with a prompt's name as `model` and its variables as `vars`,
    or POST /v1/prompts/NAME. What git says is looked at again and again; only a release whose verdict is signed by the
    key and not quarantined is served, and the last good one stays otherwise. A strategy is walked by what the sessions
    show, beside the release before. Without --keys it listens on this machine alone.
    """
    here = world(folder)
    tell = partial(click.echo, err=True)
    rules = Rules(more.pop("host"), more.pop("keys"), more.pop("audit"))
    gateway = Gateway(here, trusted_key(Folder(here.root), key), Place(environment, **more), tell)
    with closing(gateway), suppress(KeyboardInterrupt), doors(here, environment, rules, tell) as kept:
        asyncio.run(_serve(gateway, kept, (rules.host, port), poll))
    return 0


async def _serve(gateway: Gateway, doors: Doors, where: tuple[str, int], poll: float) -> None:
    await gateway.begin()
    host, port = where
    with bind(port, host) as at:
        click.echo(f"http://{f'[{host}]' if ':' in host else host}:{at.getsockname()[1]}")
        routes = gateway.routes
        running = (serve_http(doors.around(routes), at), gateway.watch(poll), doors.keep(routes))
        tasks = [asyncio.create_task(one) for one in running]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
        for fault in ended:  # a gateway that no longer looks must not go on as if it did
            if isinstance(fault, Exception):
                raise fault
