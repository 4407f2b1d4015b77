"""`harness render`."""

import click

from harness.cli.usage import Group
from harness.gateway.alerts import as_rules
from harness.gateway.dashboard import as_dashboard


@click.group("render", cls=Group)
def command() -> None:
    """Print what other programs read: alert rules, a dashboard."""


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
