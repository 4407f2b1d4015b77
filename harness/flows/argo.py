"""Rendering for Argo Rollouts: an environment of the commit that is checked out, as manifests that were checked."""

import yaml

from harness.core.errors import UsageError
from harness.flows.environments import environments, named
from harness.flows.trees import World
from harness.gateway.argo import Pods, as_argo
from harness.gateway.argo_schema import check_manifest


def render_argo(world: World, name: str, pods: Pods) -> str:
    """Return the manifests of an environment; without a URL, that of its target is asked for the verdict.

    Raises:
        RefusedError: It runs nothing, or its strategy is none for Argo.
        UsageError: There is no such environment, or nobody says where the gateway is.
    """
    environment = named(environments(world), name)
    target = environment.target
    url = pods.url or target.url or (world.environ.get(target.url_from, "") if target.url_from else "")
    if not url.startswith(("http://", "https://")):
        hint = "give `--url`, or `url` in its `target`"
        raise UsageError(f"nobody says which gateway knows how {name} does", where=environment.origin, hint=hint)
    text = as_argo(environment, pods._replace(url=url))
    for manifest in yaml.safe_load_all(text):
        check_manifest(manifest)
    return text
