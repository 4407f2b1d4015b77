"""Whatever bytes a pull request brings, a reader returns or says what is wrong; nothing else ever comes out."""

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.content.data_files import read_dvc_file, read_lock
from harness.content.environments import read_environment
from harness.content.judges import read_judge
from harness.content.judges import read_labels as read_judge_labels
from harness.content.labels import read_labels
from harness.content.params import read_params
from harness.content.prompts import read_prompt
from harness.content.templates import Templates
from harness.core.errors import ContentError, Origin
from harness.core.prompt import Message, Prompt
from tests.content import test_environments, test_judges
from tests.content.test_bias_templates import line, templates
from tests.content.test_evalsets import CASE, cases
from tests.content.test_labels import AGES
from tests.content.test_params import PINS, SUITE
from tests.content.test_prompts import PLAIN

YAML = [
    PINS,
    SUITE,
    PLAIN,
    AGES,
    test_environments.FILE,
    "a: ",
    "- ",
    "{",
    "}",
    "[",
    "]",
    ": ",
    "\n",
    "  ",
    "'",
    '"',
    "|",
    "&x ",
    "*x",
    "!!map ",
    "#",
    "~",
    "1e9",
]
LINES = [CASE, "{", "}", "[", "]", '"', ":", ",", "\\u", "null", "1e400", '"id"', '"expect"', '{"any-of": [', "\n"]
SLOTTED = ["{name}", "{They}", "{is}", "{nam}", "{", "}", "{{", "}}", "{}", "{'s}", "\ud800"]
JINJA = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    " for x in y ",
    " if x ",
    " endif ",
    " include 'a' ",
    "|",
    "x",
    "(",
    ")",
    "'a' * 9",
]


def mixed(pieces: list[str]) -> st.SearchStrategy[bytes]:
    """Return texts made of pieces of the format and of anything else, and plain bytes."""
    texts = st.lists(st.sampled_from(pieces) | st.text(max_size=8), max_size=14).map("".join)
    return texts.map(lambda text: text.encode("utf-8", errors="surrogatepass")) | st.binary(max_size=60)


class TestReaders:
    @settings(max_examples=400)
    @given(mixed(YAML))
    def test_of_yaml_survive_anything(self, data: bytes) -> None:
        """Prompts, params, .dvc files, dvc.lock, label sets, judges and environments."""
        for read in (
            lambda: read_prompt(data, "prompts/a.prompt.yml"),
            lambda: read_params(data, version="0.1.0"),
            lambda: read_dvc_file(data, "evalsets/regression/a.jsonl.dvc"),
            lambda: read_lock(data),
            lambda: read_labels(data, "evalsets/bias/labels/age.yaml"),
            lambda: read_judge(data, test_judges.PATH),
            lambda: read_environment(data, test_environments.PATH),
        ):
            with suppress(ContentError):
                read()

    @settings(max_examples=400)
    @given(mixed(LINES))
    def test_of_cases_survive_anything(self, data: bytes) -> None:
        """One line at a time, and labels too."""
        with suppress(ContentError):
            cases(data)
        with suppress(ContentError):
            read_judge_labels(data, test_judges.SAID, read_judge(test_judges.JUDGE.encode(), test_judges.PATH))

    @settings(max_examples=300)
    @given(st.lists(st.sampled_from(SLOTTED) | st.text(max_size=5), max_size=10).map("".join))
    def test_of_bias_templates_survive_anything(self, note: str) -> None:
        """Whatever stands in braces."""
        with suppress(ContentError):
            templates(line(note))

    @settings(max_examples=300)
    @given(
        st.lists(st.sampled_from(JINJA) | st.text(max_size=5), max_size=12).map("".join),
        st.dictionaries(
            st.sampled_from("xy"), st.text(max_size=5) | st.integers() | st.lists(st.text(max_size=2), max_size=3)
        ),
    )
    def test_of_templates_survive_anything(self, content: str, values: dict[str, object]) -> None:
        """To compile and to render, both."""
        prompt = Prompt("a", "m", (Message("user", content),), origin=Origin("prompts/a.prompt.yml", 1), lines=(1,))
        with suppress(ContentError):
            Templates(prompt, {"a": "{{ x }}"}).render(values, Origin("a.jsonl", 1))  # type: ignore[arg-type]  # JSON
