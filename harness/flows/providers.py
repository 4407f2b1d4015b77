"""Providers by name, one for all the pins that name it, and what their answers cost."""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import cast

from harness.adapters.prices import public_price
from harness.content.suggest import did_you_mean
from harness.core.errors import ContentError
from harness.core.pin import Pin, Price
from harness.core.plugins import is_ours, load_plugin, plugin_names, registered
from harness.flows.strangers import StrangersProvider
from harness.ports import Provider

PROVIDERS = "harness.providers"
_NOTHING = Price(0, 0, notional=True)


def provider_of(pin: Pin) -> Provider:
    """Return the provider behind a pin.

    Raises:
        ContentError: There is none of that name, it does not load, or it refuses the pin.
    """
    try:
        found = _provider(pin.provider)
    except KeyError:
        known = plugin_names(PROVIDERS)
        what = f"there is no provider `{pin.provider}`{did_you_mean(pin.provider, known)}"
        raise ContentError(what, where=pin.origin, hint=f"providers: {', '.join(known)}") from None
    if wrong := found.problems(pin):
        raise ContentError(f"pin `{pin.alias}`: {wrong[0]}", where=pin.origin, hint="; ".join(wrong[1:]))
    return found


@cache
def _provider(name: str) -> Provider:
    point = registered(PROVIDERS)[name]
    if is_ours(point):
        return load_plugin(point, _made)
    return load_plugin(point, lambda make: StrangersProvider(point, _made(make)))


def _made(make: object) -> Provider:
    """Make a provider, and refuse what does not behave like one."""
    if not callable(make):
        raise TypeError("it cannot be called to make a provider")
    made = make()
    for method in ("problems", "identity", "deterministic", "start", "complete", "close"):
        if not callable(getattr(made, method, None)):
            message = f"it has no method `{method}`"
            raise TypeError(message)
    for fact in ("free", "embeds"):
        if not hasattr(made, fact):
            message = f"it has no `{fact}`"
            raise TypeError(message)
    return cast("Provider", made)


def free_provider_of(pin: Pin) -> Provider | None:
    """Return the provider behind a pin if it is a free one; the pin was checked by `provider_of` before."""
    found = _provider(pin.provider)
    return found if found.free else None


_STEERS = frozenset(
    {"api_base", "api_key", "api_version", "base_url", "custom_llm_provider", "deployment_id", "extra_body"}
    | {"extra_headers", "extra_query", "fallbacks", "headers", "mock_response", "models", "organization", "plugins"}
    | {"provider", "route", "web_search_options"}
)
"""Parameters by which a gateway behind an endpoint is told whom to ask, with whose key, or what to answer."""
_TRUSTED = "let somebody who is trusted merge that first"


def refuse_strangers(theirs: Iterable[Pin], ours: Collection[Pin]) -> None:
    """Refuse pins of somebody else's tree that would send requests, and our keys, where base sends none, or run code.

    Raises:
        ContentError: There is one; nothing was asked.
    """
    known = {_where(pin) for pin in ours}
    for pin in theirs:
        if not provider_of(pin).free and _where(pin) not in known:
            where = pin.endpoint.url or (f"${pin.endpoint.url_from}" if pin.endpoint.url_from else pin.model)
            what = f"pin `{pin.alias}` asks {where}, where no pin of base asks with the same key"
            if pin.provider == "python":
                what = f"pin `{pin.alias}` calls {pin.model}, which is not called by base or differs from base's code"
            raise ContentError(what, where=pin.origin, hint=_TRUSTED)
        for name in sorted(_STEERS & pin.parameters.keys()):
            there = [one.parameters.get(name) for one in ours if _where(one) == _where(pin)]
            if pin.parameters[name] not in there:
                what = f"pin `{pin.alias}` says `{name}` to its endpoint, which no pin of base says there"
                raise ContentError(what, where=pin.origin, hint=_TRUSTED)


def _where(pin: Pin) -> tuple[object, ...]:
    """Return where a pin sends requests, or whose code it runs."""
    if pin.provider == "python":
        return (pin.provider, pin.model, pin.revision)
    there = pin.endpoint
    service = pin.model.partition("/")[0] if pin.provider == "any-llm" else ""
    return (pin.provider, service, there.url, there.url_from, there.key_from, there.host, there.cleartext)


class Prices:
    """What pins cost: by their own word, or by public lists, but never less than base, or else a list, says."""

    def __init__(self, base: Mapping[str, Pin]) -> None:
        """Take the pins of base, which a pull request cannot make cheaper; none where there is no base."""
        self._base: dict[tuple[str, ...], Price] = {}
        for pin in base.values():
            if pin.price:
                same = self._base.get(_model(pin))
                self._base |= {_model(pin): _dearer(pin.price, same), (*_model(pin), pin.revision): pin.price}
        self._listed = bool(base)
        self._known: dict[tuple[object, ...], Price | None] = {}

    def __call__(self, pin: Pin) -> Price | None:
        """Return a pin's price, or None when nobody knows it."""
        asked = (pin.provider, pin.model, pin.revision, pin.price, pin.endpoint)
        if asked not in self._known:
            self._known[asked] = self._look_up(pin)
        return self._known[asked]

    def _look_up(self, pin: Pin) -> Price | None:
        floor = self._base.get((*_model(pin), pin.revision)) or self._base.get(_model(pin))
        if floor is None and (self._listed or not pin.price):
            floor = _listed(pin)
        return _dearer(pin.price, floor) if pin.price else floor


def _dearer(own: Price, other: Price | None) -> Price:
    """Return the higher of two prices, part by part."""
    if other is None or other == own:
        return own
    return Price(
        max(own.input_per_million, other.input_per_million),
        max(own.output_per_million, other.output_per_million),
        notional=own.notional and other.notional,
        per_call=max(own.per_call, other.per_call),
    )


def _model(pin: Pin) -> tuple[str, ...]:
    """Return what must be equal for base's price to hold: a revision that base does not know makes nothing cheaper."""
    return (pin.provider, pin.model, pin.endpoint.url or pin.endpoint.url_from)


def _listed(pin: Pin) -> Price | None:
    if provider_of(pin).free:
        return _NOTHING
    if pin.application:
        return None
    url = pin.endpoint.url or (f"https://{pin.endpoint.host}" if pin.endpoint.host else "")
    return public_price(pin.model, url) if url else None
