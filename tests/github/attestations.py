"""Attestations: signed statements, found by the digest of what they are about."""

import base64
import binascii
import json

from tests.github.contract import Doc
from tests.github.routing import Answer, Request, rule, serves
from tests.github.views import number_of


@serves("repos/create-attestation")
def _create(request: Request) -> Answer:
    bundle = request.body["bundle"]
    statement = _statement(bundle)
    number = request.world.identity()
    for digest in _digests(statement):
        told = {"bundle": bundle, "repository_id": number_of(request.world.full_name), "id": number}
        request.world.attestations.setdefault(digest, []).append({**told, "type": statement.get("predicateType", "")})
    return Answer(201, {"id": number})


def _statement(bundle: Doc) -> Doc:
    try:
        payload = base64.b64decode(bundle.get("dsseEnvelope", {}).get("payload", ""), validate=True)
        statement = json.loads(payload)
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise rule("The bundle holds no statement.") from error
    if not isinstance(statement, dict) or not _digests(statement):
        raise rule("The statement is about nothing.")
    return statement


def _digests(statement: Doc) -> list[str]:
    subjects = statement.get("subject")
    told = subjects if isinstance(subjects, list) else []
    found = [one.get("digest") for one in told if isinstance(one, dict)]
    return [f"{name}:{value}" for one in found if isinstance(one, dict) for name, value in one.items()]


@serves("repos/list-attestations")
def _list(request: Request) -> Answer:
    wanted = request.query.get("predicate_type")
    found = request.world.attestations.get(request.text("subject_digest"), [])
    kept = [one for one in found if wanted in {None, one["type"]}]
    shown = [{"bundle": one["bundle"], "repository_id": one["repository_id"], "bundle_url": ""} for one in kept]
    return Answer(document={"attestations": shown})
