"""deepeval's metrics by name: which there are, what each may be told, and how one is made."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stdout
from difflib import get_close_matches
from functools import cache
from inspect import Parameter, isclass, signature
from io import StringIO
from typing import Any, NamedTuple
from warnings import catch_warnings, simplefilter

from pydantic import BaseModel, TypeAdapter, ValidationError

from harness.adapters.graders.deepeval_graph import graph, in_order
from harness.adapters.graders.deepeval_judge import Judge
from harness.adapters.graders.quiet import quiet
from harness.adapters.limits import lifted
from harness.core.errors import ContentError
from harness.core.jsons import Json

KIND = "deepeval"
VERSION = "4.3.1"
"""Another one may score otherwise, and has other insides."""
_IMAGES = "looks at images or listens to sound"
_HOSTED = "asks a hosted service past our meter"
_MCP = "needs what MCP servers said, which no case holds"
REFUSED = {
    "JsonCorrectness": "is done by the kind `json-schema`, which asks nobody",
    "PatternMatch": "is done by the kind `regex`, whose search ends in time",
    **dict.fromkeys(("JevEval", "ConversationalJevEval"), _HOSTED),
    **dict.fromkeys(("MCPUse", "MCPTaskCompletion", "MultiTurnMCPUse"), _MCP),
    **dict.fromkeys(("TextToImage", "ImageEditing", "ImageCoherence", "ImageHelpfulness", "ImageReference"), _IMAGES),
    **dict.fromkeys(("TranscriptionAccuracy", "AudioGlitch", "AudioIntegrity", "AgentResponsiveness"), _IMAGES),
    **dict.fromkeys(("SpeechIntelligibility", "TurnTakingNaturalness", "VoiceConsistency"), _IMAGES),
    **dict.fromkeys(("VoiceNaturalness", "VoiceReliability"), _IMAGES),
}
"""Metrics that cannot be had here, and why."""
NOT_TOLD = {
    *("model", "threshold", "async_mode", "strict_mode", "verbose_mode", "flaky"),
    *("eval_mode", "evaluation_template", "template_class", "system_one_model"),
}
"""Parameters of every metric that are ours to set: the pin is the judge, and the expectation says the threshold."""
DEFAULTS: dict[str, dict[str, Json]] = {
    "GEval": {"evaluation_params": ["input", "actual_output"]},
    "ConversationalGEval": {"evaluation_params": ["role", "content"]},
}
MOST_LOGPROBS = 20
"""What endpoints that speak OpenAI's protocol offer."""
WITHOUT_A_REASON = "TurnFaithfulnessMetric"
"""It asks for its reason in a way that would block everybody else's calls."""


class WrongError(ValueError):
    """An expectation that no metric can be made of; says why."""


class Wanted(NamedTuple):
    """An expectation as read."""

    name: str
    metric: type
    given: dict[str, Any]
    """What the metric is made with."""
    about: dict[str, Any]
    """What its test case says besides."""
    talk: bool
    """Whether it judges a whole conversation."""

    def make(self, judge: Judge) -> Any:  # noqa: ANN401 (of either of its two families)
        """Return a metric for one grade: an instance keeps what it found, and would mix up two answers."""
        given = dict(self.given)
        if "dag" in given:
            given["dag"] = graph(given["dag"], judge, talk=self.talk)
        ours: dict[str, Any] = {"model": judge, "eval_mode": "llm"}
        if self.metric.__name__ == WITHOUT_A_REASON:
            ours["include_reason"] = False
        takes = signature(self.metric).parameters
        with catch_warnings():  # of a direction that was another one in versions before ours
            simplefilter("ignore", DeprecationWarning)
            made = self.metric(**given, **{key: value for key, value in ours.items() if key in takes})
        if "dag" in given:
            in_order(made.dag)
        return made


@cache
def named() -> Mapping[str, type]:
    """Return deepeval's metrics by their names, without `Metric` at the end.

    Raises:
        ContentError: The extra is not installed, or another version of it.
    """
    quiet()
    try:
        with lifted(), redirect_stdout(StringIO()):  # it says that it is read-only, as it was told
            from deepeval import __version__, metrics
    except ImportError:
        what = "it is graded by deepeval, which is not installed"
        raise ContentError(what, hint="pip install 'prompt-harness[deepeval]'") from None
    if __version__ != VERSION:
        what = f"it is graded by deepeval {VERSION}, and {__version__} is installed"
        raise ContentError(what, hint="pip install 'prompt-harness[deepeval]'")
    found = {name.removesuffix("Metric"): getattr(metrics, name) for name in metrics.__all__}
    both = (metrics.BaseMetric, metrics.BaseConversationalMetric)
    return {name: one for name, one in found.items() if isclass(one) and issubclass(one, both) and one not in both}


def read(expected: Json) -> Wanted:
    """Return what an expectation asks for.

    Raises:
        WrongError: It says what no metric takes.
    """
    options = dict(expected) if isinstance(expected, dict) else {KIND: expected}
    name, metric = _metric(options.pop(KIND, None))
    talk, about = _about(metric)
    told = _told(metric)
    options = {**DEFAULTS.get(name, {}), **options}
    forms: dict[str, Any] = {**about, **{key: form for key, (form, _) in told.items()}}
    for key in options:
        if key not in forms:
            raise WrongError(f"has an unknown parameter `{key}`{near(key, forms)}")
    values = {key: _value(key, forms[key], value) for key, value in options.items()}
    given = {key: value for key, value in values.items() if key in told}
    if "name" in told:
        given.setdefault("name", name)
    for key, (_, needed) in told.items():
        if needed and key not in given:
            raise WrongError(f"names {name}, which needs `{key}`")
    if "criteria" in told and given.keys().isdisjoint({"criteria", "evaluation_steps"}):
        raise WrongError(f"names {name}, which needs `criteria` or `evaluation_steps`")
    if not 0 <= given.get("top_logprobs", 0) <= MOST_LOGPROBS:
        raise WrongError(f"has a wrong `top_logprobs`: from 0 to {MOST_LOGPROBS}")
    return Wanted(name, metric, given, {key: value for key, value in values.items() if key in about}, talk)


def near(name: str, known: Mapping[str, object]) -> str:
    """Return `; did you mean `x`?` for a near miss, or nothing."""
    found = get_close_matches(name, known, n=1)
    return f"; did you mean `{found[0]}`?" if found else ""


def _metric(value: Json) -> tuple[str, type]:
    if not isinstance(value, str):
        raise WrongError('must be the name of a metric, such as "Faithfulness"')
    name = value.removesuffix("Metric")
    if why := REFUSED.get(name):
        raise WrongError(f"names {name}, which {why}")
    if name not in named():
        usable = {one: None for one in named() if one not in REFUSED}
        raise WrongError(f"names no metric of deepeval: `{value}`{near(name, usable)}")
    return name, named()[name]


@cache
def _about(metric: type) -> tuple[bool, Mapping[str, Any]]:
    """Return whether a metric judges a whole conversation, and what may be said of its test case."""
    from deepeval.metrics import BaseConversationalMetric
    from deepeval.test_case import ToolCall

    if issubclass(metric, BaseConversationalMetric):
        return True, dict.fromkeys(("contexts", "scenario", "expected_outcome", "chatbot_role"), str)
    return False, {"contexts": str, "expected_tools": list[ToolCall]}


@cache
def _told(metric: type) -> Mapping[str, tuple[Any, bool]]:
    """Return the type of each parameter that an expectation may give, and whether it must."""
    return {
        name: (Json if name == "dag" else one.annotation, one.default is Parameter.empty)
        for name, one in signature(metric, eval_str=True).parameters.items()
        if name not in NOT_TOLD
        and not name.startswith("_")
        and (metric.__name__, name) != (WITHOUT_A_REASON, "include_reason")
    }


def _value(key: str, form: Any, value: Json) -> Any:  # noqa: ANN401 (whatever deepeval takes)
    if key == "dag":
        return value
    try:
        made = _adapter(form)(json.dumps(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"/{part}" for part in first["loc"] if isinstance(part, int))
        raise WrongError(f"has a wrong `{key}`{place}: {first['msg']}") from None
    if unread := next(_unread(value, made), ""):
        raise WrongError(f"has an unknown key `{unread}` in `{key}`")
    return made


@cache
def _adapter(form: Any) -> Callable[[str], Any]:  # noqa: ANN401
    adapter = TypeAdapter(form)
    return lambda text: adapter.validate_json(text, strict=True)


def _unread(value: Json, made: object) -> Iterator[str]:
    """Yield the keys that deepeval's own records pass over without a word."""
    if isinstance(value, list) and isinstance(made, list):
        for one, other in zip(value, made, strict=True):
            yield from _unread(one, other)
    elif isinstance(value, dict) and isinstance(made, BaseModel):
        yield from sorted(value.keys() - type(made).model_fields.keys())
