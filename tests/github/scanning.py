"""Findings of code scanning: gzip in base64 in JSON, looked into as GitHub does."""

import base64
import binascii
import gzip
import json
import zlib

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import RefusedError
from tests.github.routing import Answer, Request, missing, rule, serves

LARGEST = 10_000_000
MOST_RUNS = 20
MOST_RESULTS = 25_000


@serves("code-scanning/upload-sarif")
def _upload(request: Request) -> Answer:
    world, body = request.world, request.body
    if not world.scanning:
        raise RefusedError(403, "Code scanning is not enabled for this repository.")
    world.commit(body["commit_sha"], status=404)
    document = decoded(body["sarif"])
    name = f"sarif-{world.identity()}"
    world.sarifs[name] = {**body, "document": document}
    return Answer(202, {"id": name, "url": f"{world.root}/code-scanning/sarifs/{name}"})


def decoded(text: str) -> Doc:
    """Return the log of findings that an upload holds.

    Raises:
        RefusedError: It is none.
    """
    try:
        packed = base64.b64decode(text, validate=True)
        if len(packed) > LARGEST:
            raise rule("SARIF file is too large", status=413)
        document = json.loads(gzip.decompress(packed))
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise rule(f"The SARIF file is not gzip in base64: {error}", status=400) from error
    if not isinstance(document, dict) or document.get("version") != "2.1.0":
        raise rule("The SARIF version is not 2.1.0", status=400)
    runs = document.get("runs")
    if not isinstance(runs, list) or len(runs) > MOST_RUNS or not all(isinstance(one, dict) for one in runs):
        raise rule("The SARIF runs are not a list of at most 20", status=400)
    for run in runs:
        _check_run(run)
    return document


def _check_run(run: Doc) -> None:
    tool = run.get("tool")
    driver = tool.get("driver") if isinstance(tool, dict) else None
    if not isinstance(driver, dict) or not driver.get("name"):
        raise rule("A SARIF run needs tool.driver.name", status=400)
    results = run.get("results", [])
    if not isinstance(results, list) or len(results) > MOST_RESULTS:
        raise rule("A SARIF run has at most 25,000 results", status=400)


@serves("code-scanning/list-recent-analyses")
def _analyses(request: Request) -> Answer:
    if not request.world.scanning:
        raise RefusedError(403, "Code Security must be enabled for this repository to use code scanning.")
    if not request.world.sarifs:
        raise RefusedError(404, "no analysis found")
    facts = [{"commit_sha": one["commit_sha"], "ref": one["ref"]} for one in request.world.sarifs.values()]
    return Answer(document=[made("code-scanning-analysis", {**one, "url": request.world.root}) for one in facts])


@serves("code-scanning/get-sarif")
def _get(request: Request) -> Answer:
    if request.text("sarif_id") not in request.world.sarifs:
        raise missing()
    url = f"{request.world.root}/code-scanning/analyses?sarif_id={request.text('sarif_id')}"
    return Answer(document={"processing_status": "complete", "analyses_url": url, "errors": None})
