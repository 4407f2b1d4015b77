"""A release: everything that serves, in one file that is named by its digest."""

from dataclasses import asdict, dataclass, field

from harness.core.digest import canonical, short, text_digest
from harness.core.document import Document
from harness.core.jsons import Json
from harness.core.prompt import Role

SCHEMA = "harness/release/1"
FILE = "release.json"
PREFIX = "sha256:"
"""What stands before a release's digest where a file names it."""


@dataclass(frozen=True, slots=True)
class ServedMessage(Document):
    """One turn of a prompt; its content is a Jinja2 template."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class ServedPrompt(Document):
    """A prompt as it is served."""

    model: str
    """The alias of its pin."""
    messages: tuple[ServedMessage, ...] = ()
    inputs: dict[str, str] = field(default_factory=dict)
    """The templates of what an application is given, by name, in place of messages."""
    parameters: dict[str, Json] = field(default_factory=dict)
    """They override the pin's."""
    json_schema: Json = None
    json_object: bool = False
    tools: tuple[dict[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class ServedEndpoint(Document):
    """Where a pin is asked, and by the key in which variable."""

    url: str = ""
    url_from: str = ""
    key_from: str = ""
    host: str = ""
    cleartext: bool = False


@dataclass(frozen=True, slots=True)
class ServedPin(Document):
    """A pin as it is asked; what it costs, and under which licence, is no part of it."""

    provider: str
    model: str
    revision: str = ""
    """Of a Python application, the digest of its code."""
    parameters: dict[str, Json] = field(default_factory=dict)
    endpoint: ServedEndpoint = field(default_factory=ServedEndpoint)


@dataclass(frozen=True, slots=True)
class Release(Document):
    """Every prompt with its pin and the partials: no cases, no policy, no prices, no commit and no date."""

    prompts: dict[str, ServedPrompt]
    partials: dict[str, str]
    """The text of each partial, by its path below prompts/."""
    pins: dict[str, ServedPin]
    """Those that a prompt asks."""
    schema: str = SCHEMA

    @property
    def text(self) -> str:
        """The file: canonical JSON, in which a number with a fraction stands as `{"decimal": "0.5"}`."""
        return canonical(asdict(self)).decode()

    @property
    def digest(self) -> str:
        """The 64 hex digits that name it: the SHA-256 of the file."""
        return text_digest(self.text)


def release_tag(digest: str) -> str:
    """Return the tag of the commit that a release was made of."""
    return f"release/{short(digest)}"


def verdict_tag(release: str, verdict: str = "") -> str:
    """Return the tag of the files that prove a release; without a verdict, the name above all of them."""
    return f"verdict/{short(release)}/{short(verdict)}".removesuffix("/")
