"""`release.json`: what is written there is read again as it was."""

from hypothesis import given
from hypothesis import strategies as st

from harness.content.releases import read_release
from harness.core.jsons import Json
from harness.core.release import Release, ServedPin, ServedPrompt

TEXTS = st.sampled_from(["0.5", "0.50", "nan", "1e+16", "much"])
KEYS = st.sampled_from(["decimal", "type"])
VALUES = st.recursive(
    st.floats(allow_nan=False, allow_infinity=False) | st.integers() | TEXTS,
    lambda inner: (
        st.dictionaries(st.sampled_from(["decimal", "type"]), inner, max_size=2) | st.lists(inner, max_size=2)
    ),
    max_leaves=6,
)


class TestARelease:
    @given(VALUES)
    def test_is_read_as_it_was_written(self, value: Json) -> None:
        """Also where somebody's own schema holds what stands for a number here."""
        prompt = ServedPrompt("main", json_schema=value)
        release = Release({"desk": prompt}, {}, {"main": ServedPin("embedded", "reader")})

        assert read_release(release.text.encode(), "release.json") == release
