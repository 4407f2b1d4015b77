"""Vectors as trials: what is asked, under which key and name, and what is found of what came."""

import pytest

from harness.core.completion import Completion, Failure
from harness.core.pin import Endpoint, Pin
from harness.core.pricing import FRAME, most_tokens, usual_tokens
from harness.core.score import UnableError
from harness.core.vector import pack
from harness.flows.vectors import Embedder, embedder_of, finder

PIN = Pin("near", "openai-embeddings", "e-1", endpoint=Endpoint("http://127.0.0.1:1/v1"))


@pytest.fixture
def embedder() -> Embedder:
    """What a policy's `embedder` asks."""
    found = embedder_of(PIN)
    assert found
    return found


class TestAText:
    def test_is_a_trial_named_after_the_one_that_needs_it(self, embedder: Embedder) -> None:
        """A failure leads to its case."""
        (work,) = embedder.works({"30 days": "desk/r1#0"})

        assert work.trial.name == 'desk/r1#0 (vector of "30 days")'

    def test_has_one_key_wherever_it_stands(self, embedder: Embedder) -> None:
        """So it is asked for once."""
        (one,), (other,) = embedder.works({"30 days": "desk/r1#0"}), embedder.works({"30 days": "porter/x#0"})

        assert one.trial.key == other.trial.key

    def test_may_be_one_that_no_request_can_carry(self, embedder: Embedder) -> None:
        """Half of a surrogate pair in an answer is the model's fault, not a bug of ours."""
        (work,) = embedder.works({"\ud800 day": "desk/r1#0"})

        assert work.prepare()[0].messages[0].content == "? day"
        assert work.tag == "\ud800 day"

    def test_gets_no_tokens_back(self, embedder: Embedder) -> None:
        """The worst of a vector is its text: no answer of 4,096 imaginary tokens is set aside."""
        (work,) = embedder.works({"x" * 400: "desk/r1#0"})

        request = work.prepare()[0]

        assert (usual_tokens(request), most_tokens(request)) == ((100, 0), (400 + 2 * FRAME, 0))


class TestAVector:
    def test_is_found_by_its_text(self) -> None:
        """As it came."""
        assert finder({"a": Completion(pack([1, 2]))})("a") == (1, 2)

    @pytest.mark.parametrize(
        ("outcome", "reason"),
        [(Failure("HTTP 500"), 'no vector of "a": HTTP 500'), (Completion("four"), 'no vector of "a": not a vector')],
        ids=["a failure", "a text"],
    )
    def test_that_is_none_leaves_the_matter_open(self, outcome: Failure | Completion, reason: str) -> None:
        """Never a wrong answer."""
        with pytest.raises(UnableError) as caught:
            finder({"a": outcome})("a")

        assert str(caught.value).startswith(reason)
