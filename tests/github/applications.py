"""Who is asking: applications, the tokens they get for this repository, people, and how much is left."""

import base64
import binascii
import json

from tests.github.contract import Doc
from tests.github.instance import made
from tests.github.records import LEVELS, App, RefusedError, Token
from tests.github.routing import Answer, Request, missing, rule, serves
from tests.github.views import app, repository, user
from tests.github.world import World

LONGEST_CLAIM = 600 + 60
"""Seconds for which an application's claim may be good, with GitHub's advice to begin a minute early."""


def _claimed(request: Request) -> App:
    """Return the application that a claim names; whether its signature is good is not looked at."""
    try:
        middle = request.bearer.split(".")[1]
        claim = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
        lasts = claim["exp"] - claim["iat"]
        issuer = str(claim["iss"])
    except (binascii.Error, ValueError, IndexError, KeyError, TypeError, RecursionError) as error:
        raise RefusedError(401, "A JSON web token could not be decoded") from error
    if not 0 < lasts <= LONGEST_CLAIM:
        raise RefusedError(401, "'Expiration time' claim ('exp') is too far in the future")
    for one in request.world.apps.values():
        if issuer in {str(one.id), client(one)}:
            return one
    raise RefusedError(401, "Integration not found")


def client(one: App) -> str:
    """Return the other name by which an application may claim to be itself."""
    return f"Iv1.{one.id:016x}"


@serves("apps/get-authenticated")
def _myself(request: Request) -> Answer:
    return Answer(document=made("integration", app(_claimed(request)) or {}))


@serves("apps/get-repo-installation")
def _installation(request: Request) -> Answer:
    one, world = _claimed(request), request.world
    facts = {
        "id": one.installation,
        "app_id": one.id,
        "app_slug": one.slug,
        "account": made("simple-user", user(world.owner)),
        "repository_selection": "selected",
        "access_tokens_url": f"{world.url}/app/installations/{one.installation}/access_tokens",
        "permissions": dict(one.permissions),
    }
    return Answer(document=made("installation", facts))


@serves("apps/create-installation-access-token")
def _token(request: Request) -> Answer:
    one, world = _claimed(request), request.world
    if request.number("installation_id") != one.installation:
        raise missing()
    wanted = request.body.get("permissions", dict(one.permissions))
    beyond = [name for name, level in wanted.items() if LEVELS.index(level) > _level(one, name)]
    if beyond:
        raise rule("The permissions requested are not granted to this installation.")
    here = world.full_name.partition("/")[2]
    if set(request.body.get("repositories", [here])) != {here}:
        raise rule("There is at least one repository that does not exist or is not accessible.")
    return Answer(201, granted(world, one, wanted))


def _level(one: App, permission: str) -> int:
    return LEVELS.index(one.permissions.get(permission, "none"))


def granted(world: World, one: App, permissions: dict[str, str]) -> Doc:
    """Return a new token of an installation, as its application gets it."""
    secret = f"ghs_{'inst' * 8}{world.identity():04}"
    world.tokens[secret] = Token(secret, one.login, permissions, one)
    facts = {"token": secret, "expires_at": "2026-01-01T01:00:00Z", "permissions": permissions}
    found = made("installation-token", {**facts, "repository_selection": "selected"})
    found["repositories"] = [made("repository", repository(world))]
    return found


@serves("users/get-authenticated")
def _user(request: Request) -> Answer:
    if request.token.app or not request.token.actor:
        raise RefusedError(403, "Resource not accessible by integration")
    return Answer(document=made("public-user", user(request.token.actor)))


@serves("meta/get")
def _meta(_: Request) -> Answer:
    return Answer(document=made("api-overview", {"verifiable_password_authentication": False}))


@serves("rate-limit/get")
def _limits(_: Request) -> Answer:
    return Answer(document=made("rate-limit-overview", {}))
