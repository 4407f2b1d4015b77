"""A scratch repository whose pin is asked over a real socket."""

from collections.abc import Sequence

from tests.endpoint.launch import Endpoint
from tests.scenarios.scratch import Result, Scratch

KEY = "sk-planted-7f3a91c05e"
"""A key that must be found nowhere but in the request's header."""
MODELS = """\
models:
  reader:
    provider: openai
    model: stub-1
    revision: "1"
    parameters: {{temperature: 0, max_tokens: 40}}
    endpoint: {{url: "{url}", key_from: STUB_KEY, concurrency: {concurrency}, timeout: {timeout}}}
    price: {{input_per_million: 1, output_per_million: 2}}
"""
POLICY = """\
suites: {regression: {}}
gates: {right: {suite: regression, at_least: 0.9}}
"""
PROMPT = """\
name: Desk
model: reader
messages:
  - role: user
    content: "SAY room {{ n }} opens at nine"
"""


def make(scratch: Scratch, url: str, cases: int, *, concurrency: int = 8, timeout: float = 10, more: str = "") -> None:
    """Let the repository ask an endpoint, which answers what its cases want to hear."""
    models = MODELS.format(url=url, concurrency=concurrency, timeout=timeout)
    scratch.write("params.yaml", models + POLICY + more)
    scratch.write("prompts/desk.prompt.yml", PROMPT)
    scratch.write_cases(
        [
            {"id": f"r{number}", "vars": {"n": number}, "expect": [{"contains": f"room {number} "}, {"max-words": 9}]}
            for number in range(cases)
        ]
    )


EMBEDDER = """\
  near:
    provider: openai-embeddings
    model: embed-1
    endpoint: {{url: "{url}", key_from: STUB_KEY, timeout: 10}}
    price: {{input_per_million: 1, output_per_million: 2}}
"""


def embed(scratch: Scratch, url: str) -> None:
    """Let an endpoint make the vectors of whatever the repository compares."""
    params = scratch.read("params.yaml").replace("suites:", EMBEDDER.format(url=url) + "suites:", 1)
    scratch.write("params.yaml", f"{params}embedder: near\n")


def make_similar(scratch: Scratch, url: str, cases: int, *, embeds: str = "") -> None:
    """Let the repository ask an endpoint, and compare what it says by the vectors of the same one or of another."""
    make(scratch, url, cases)
    embed(scratch, embeds or url)
    scratch.write_cases(
        [
            {**case, "expect": [{"similar": f"Room {number} opens at nine o'clock.", "threshold": 0.65}]}
            for number, case in enumerate(scratch.cases())
        ]
    )
    scratch.commit("compare answers")


def asked(scratch: Scratch, *words: str, **environ: str) -> Result:
    """Run a command that may ask, with the key in its surroundings."""
    return scratch.harness(*words, environ={"STUB_KEY": KEY, **environ})


def holding(scratch: Scratch, result: Result, secret: str) -> Sequence[str]:
    """Return the places that hold a secret, as it is or escaped: all files, hidden ones too, and what was printed."""
    files = {str(path.relative_to(scratch.root)): path for path in scratch.root.rglob("*") if path.is_file()}
    texts = {name: path.read_bytes() for name, path in files.items()}
    texts |= {"stdout": result.out.encode(), "stderr": result.err.encode()}
    forms = secret.encode(), "".join(f"u{ord(char):04x}" for char in secret).encode()
    return [name for name, text in texts.items() if any(form in text.replace(b"\\", b"") for form in forms)]


def embeddings(server: Endpoint) -> int:
    """Return how many requests for vectors came."""
    return sum(one.path.endswith("/embeddings") for one in server.requests())


def expect(scratch: Scratch, *expected: object) -> None:
    """Let every case expect the same."""
    scratch.write_cases([{**case, "expect": list(expected)} for case in scratch.cases()])
