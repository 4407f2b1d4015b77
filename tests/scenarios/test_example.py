"""The example that ships, changed as a pull request would change it."""

from pathlib import Path

import pytest

from tests.scenarios.scratch import Scratch

SUPPORT, TRIAGE, RULES = "prompts/support-answer.prompt.yml", "prompts/ticket-triage.prompt.yml", "prompts/partials/"


def drop_documents(scratch: Scratch) -> None:
    """Send no document."""
    scratch.edit(SUPPORT, "in documents %}", "in documents[:0] %}")


def weaken_format(scratch: Scratch) -> None:
    """Ask for JSON in words only."""
    text = scratch.read(TRIAGE)
    scratch.write(TRIAGE, text[: text.index("responseFormat")])


def swap_pin(scratch: Scratch) -> None:
    """Pin a model that refuses too much."""
    scratch.edit("params.yaml", "{temperature: 0}", "{temperature: 0, weaknesses: [refuses-too-much]}")


def damage_and_delete(scratch: Scratch) -> None:
    """Lose the sources, and every case that would tell."""
    scratch.edit(f"{RULES}house-rules.md", "- Cite the id", "- Never mind the id")
    for part in ("support-answer", "support-answer.german", "support-answer.spanish"):
        path = f"evalsets/regression/{part}.jsonl"
        kept = [line for line in scratch.read(path).splitlines() if '"cites"' not in line]
        if kept:
            scratch.write(path, "\n".join(kept) + "\n")
        else:
            scratch.remove(path)


class TestAWorsePrompt:
    @pytest.mark.parametrize(
        ("damage", "pair", "reason"),
        [
            (drop_documents, "support-answer", "no match in \"I don't know"),
            (weaken_format, "ticket-triage", "is-json"),
            (swap_pin, "support-answer", "I'm sorry, but I can't help"),
            (damage_and_delete, "support-answer", "cites nothing"),
        ],
    )
    def test_is_blocked_with_the_flipped_cases_and_why(
        self, example: Scratch, tmp_path: Path, damage: object, pair: str, reason: str
    ) -> None:
        """Exit 1; the report names cases and reasons, not only a number."""
        scratch = example.copy(tmp_path / "shop")
        assert callable(damage)
        damage(scratch)

        result = scratch.gate()

        flips = [flip for flip in result.verdict["flips"] if flip["prompt"] == pair]
        assert result.exit_code == 1
        assert any(reason in flip["reason"] for flip in flips)
        assert "cases lost" in scratch.harness("gate").out


class TestARewordedComment:
    @pytest.mark.parametrize(
        ("path", "old", "new"),
        [
            (SUPPORT, "name: Support answer", "# for the shop\nname: Support answer"),
            (SUPPORT, "Question:", "{# asked by people #}Question:"),
            ("params.yaml", "# the policy", "# our policy"),
        ],
        ids=["in YAML", "in the template", "in the policy"],
    )
    def test_passes_with_zero_calls_and_a_proof(
        self, example: Scratch, tmp_path: Path, path: str, old: str, new: str
    ) -> None:
        """Equal digests prove that nothing which is sent or expected has changed, even with an empty cache."""
        scratch = example.copy(tmp_path / "shop")
        for place in (scratch.root / ".harness").glob("state.db*"):
            place.unlink()
        text = scratch.read(path)
        assert old in text
        scratch.write(path, text.replace(old, new, 1))

        result, plan = scratch.gate(), scratch.harness("plan").out

        assert (result.exit_code, result.calls) == (0, 0)
        assert result.verdict["summary"] == "passed: nothing to judge; 3 pairs are unchanged"
        for pair in result.verdict["pairs"]:
            assert pair["base_digest"] == pair["candidate_digest"]
            assert pair["base_digest"][:12] in plan
