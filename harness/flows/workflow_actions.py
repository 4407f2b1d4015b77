"""Stand-ins for the actions that our workflow files use: what each one does here, and which inputs it knows."""

import base64
from collections.abc import Mapping

from harness.adapters.git import Git
from harness.flows.workflow_artifacts import download, upload
from harness.flows.workflow_host import Grant, StandIn, StepFailedError, Use

_GUARDED = frozenset({"pull_request_target", "workflow_run"})
"""Events in whose runs the action refuses to check out what a pull request proposes."""
_SERVE_ANY = "git -c uploadpack.allowAnySHA1InWant=true upload-pack"
"""GitHub serves any commit by its hash."""


def checkout(use: Use) -> Mapping[str, str]:
    """Check out a commit of the repository into the workspace."""
    use.need("contents", "read")
    ref = use.inputs.get("ref") or use.started.run.sha
    event = use.started.event
    heads = {event.fact("pull_request", "head", "sha"), event.fact("pull_request", "head", "ref")} - {""}
    unsafe = use.inputs.get("allow-unsafe-pr-checkout") == "true"
    if event.name in _GUARDED and not unsafe and (ref in heads or ref.startswith("refs/pull/")):
        raise StepFailedError(f"{ref} is what the pull request proposes: it is not checked out in a trusted run")
    place = use.workspace / use.inputs.get("path", ".")
    place.mkdir(parents=True, exist_ok=True)
    git = Git(place)
    git.run("init", "--quiet", "--initial-branch=main")
    git.run("config", "remote.origin.url", f"file://{use.host.git.root.resolve()}")
    git.run("config", "remote.origin.uploadpack", _SERVE_ANY)
    depth = use.inputs.get("fetch-depth", "1")
    if depth == "0":
        git.run("fetch", "--quiet", "--tags", "origin", "+refs/heads/*:refs/remotes/origin/*")
    git.run("fetch", "--quiet", *([] if depth == "0" else [f"--depth={depth}", "--no-tags"]), "origin", ref)
    git.run("checkout", "--quiet", "--force", "--detach", "FETCH_HEAD")
    if use.inputs.get("persist-credentials") != "false":
        token = use.inputs.get("token") or use.host.token(Grant(use.permissions, use.host.site.repository))
        header = base64.b64encode(f"x-access-token:{token}".encode()).decode()
        git.run("config", f"http.{use.host.site.server}/.extraheader", f"AUTHORIZATION: basic {header}")
    return {"commit": git.commit("HEAD"), "ref": ref}


def setup_python(use: Use) -> Mapping[str, str]:
    """Say which Python is there: the one of this machine."""
    return {"python-version": use.inputs.get("python-version", "")}


def app_token(use: Use) -> Mapping[str, str]:
    """Return a token of an application, with no more permissions than are named."""
    app = use.inputs.get("client-id") or use.inputs.get("app-id", "")
    if not app or not use.inputs.get("private-key"):
        raise StepFailedError("the application's id or private key is missing")
    prefix = "permission-"
    wanted = {name.removeprefix(prefix): level for name, level in use.inputs.items() if name.startswith(prefix)}
    if not wanted:
        raise StepFailedError("a token with all that the application may do is too much", hint="name `permission-*`")
    grant = Grant({"metadata": "read", **wanted}, use.host.site.repository, app)
    return {"token": use.host.token(grant), "app-slug": "llm-gate"}


def attest(use: Use) -> Mapping[str, str]:
    """Keep the predicate; a signature needs the identity that `id-token` stands for."""
    use.need("id-token", "write")
    use.need("attestations", "write")
    predicate = use.workspace / use.inputs.get("predicate-path", "")
    if not predicate.is_file() or not use.inputs.get("predicate-type"):
        raise StepFailedError("there is no predicate to sign")
    if not use.inputs.get("subject-digest", "").startswith("sha256:"):
        raise StepFailedError("the subject has no digest")
    bundle = use.temporary / "attestation.json"
    bundle.write_bytes(predicate.read_bytes())
    return {"bundle-path": str(bundle)}


def upload_sarif(use: Use) -> Mapping[str, str]:
    """Take findings, if the job may hand them over."""
    use.need("security-events", "write")
    if not (use.workspace / use.inputs.get("sarif_file", "")).exists():
        raise StepFailedError("there are no findings to upload")
    return {"sarif-id": "1"}


def _knowing(stand_in: StandIn, *inputs: str) -> StandIn:
    """Return a stand-in that fails its step at an input that the action does not have; GitHub only warns."""

    def strict(use: Use) -> Mapping[str, str]:
        for name in use.inputs:
            if name not in inputs and not ("permission-*" in inputs and name.startswith("permission-")):
                raise StepFailedError(f"the action has no input `{name}`", hint=f"it has {', '.join(inputs)}")
        return stand_in(use)

    return strict


ACTIONS: Mapping[str, StandIn] = {
    "actions/checkout": _knowing(
        checkout, "allow-unsafe-pr-checkout", "fetch-depth", "path", "persist-credentials", "ref", "token"
    ),
    "actions/setup-python": _knowing(setup_python, "python-version", "python-version-file"),
    "actions/upload-artifact": _knowing(
        upload, "name", "path", "if-no-files-found", "include-hidden-files", "overwrite", "retention-days"
    ),
    "actions/download-artifact": _knowing(download, "name", "path", "pattern", "merge-multiple"),
    "actions/create-github-app-token": _knowing(app_token, "app-id", "client-id", "private-key", "permission-*"),
    "actions/attest": _knowing(attest, "predicate-path", "predicate-type", "subject-digest", "subject-name"),
    "github/codeql-action/upload-sarif": _knowing(upload_sarif, "sarif_file", "category", "ref", "sha"),
}
"""By the name before the `@`."""
