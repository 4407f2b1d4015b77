"""`harness render`."""

from pathlib import Path

import click

from harness.cli.options import world
from harness.cli.usage import Group
from harness.flows.argo import render_argo
from harness.gateway.alerts import as_rules
from harness.gateway.argo import Pods
from harness.gateway.dashboard import as_dashboard


@click.group("render", cls=Group)
def command() -> None:
    """Print what other programs read: alert rules, a dashboard, manifests."""


@command.command("alerts")
def alerts() -> int:
    """Print alert rules for Prometheus, on what `harness serve` counts."""
    click.echo(as_rules(), nl=False)
    return 0


@command.command("dashboard")
def dashboard() -> int:
    """Print a dashboard for Grafana, on what `harness serve` counts."""
    click.echo(as_dashboard(), nl=False)
    return 0


@command.command("argo")
@click.argument("environment")
@click.option("--image", required=True, help="What answers on the port, by the release in HARNESS_RELEASE.")
@click.option("--url", default="", help="The gateway that is asked for the verdict.  [default: the target's]")
@click.option("--secret", default="", help="The cluster's secret whose entry `key` is a viewer's key of that gateway.")
@click.option("--replicas", type=click.IntRange(1, 1000), default=4, show_default=True, help="Pods.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Where the image listens.")
@click.pass_obj
def argo(folder: Path, /, *, environment: str, replicas: int, port: int, **pods: str) -> int:
    """Print an environment of HEAD as manifests for Argo Rollouts.

    Exit codes: 0 printed, 1 it runs no release, or its strategy is none for Argo, 2 an argument is wrong.
    """
    click.echo(render_argo(world(folder), environment, Pods(**pods, replicas=replicas, port=port)), nl=False)
    return 0
