"""What people propose, and what they try."""

import json

from tests.publishing.test_publishing import RULES
from tests.publishing.works import Works

PROMPT = "prompts/desk.prompt.yml"
THIEF = """\
on: pull_request
jobs:
  take:
    runs-on: ubuntu-24.04
    environment: llm-gate
    steps: [{run: 'echo ${{ secrets.LLM_GATE_APP_KEY }}'}]
  look:
    runs-on: ubuntu-24.04
    permissions: {contents: write, checks: write}
    steps:
      - env:
          KEY: ${{ secrets.LLM_API_KEY }}
          TOKEN: ${{ github.event.token }}
        run: echo "key=$KEY. token=$TOKEN."
"""


def reword(gated: Works) -> None:
    """Change the prompt, and nothing that it does."""
    gated.scratch.edit(PROMPT, "only, in", "only, and in")


def weaken(gated: Works) -> None:
    """Let the prompt lose its rule, by which every case cites what it read."""
    gated.scratch.edit(PROMPT, RULES, "Answer briefly.")


def edit_cases(gated: Works) -> None:
    """Let every case expect something else."""
    cases = gated.scratch.cases()
    gated.scratch.write_cases([{**case, "expect": [{"max-words": 40}]} for case in cases])


def adopt(gated: Works) -> None:
    """Let main have the workflows alone, and the change bring all the rest."""
    git = gated.scratch.git
    git("checkout", "-q", "main")
    git("rm", "-q", "-r", "params.yaml", "prompts", "evalsets")
    gated.scratch.commit("nothing yet")
    git("push", "-q", "origin", "main")
    gated.github.push("main", "mia")
    git("checkout", "-q", "-B", "change")
    git("checkout", "-q", "HEAD~1", "--", "params.yaml", "prompts", "evalsets")


def forge_check(gated: Works) -> None:
    """Post a check of our name with the token that all workflows share."""
    token = gated.github.token({"checks": "write"})
    headers = {"Authorization": f"Bearer {token}", "X-GitHub-Api-Version": "2022-11-28", "User-Agent": "mallory"}
    body = {"name": "harness", "head_sha": gated.head, "status": "completed", "conclusion": "success"}
    path = f"/repos/{gated.github.world.full_name}/check-runs"
    assert gated.github.handle("POST", path, headers, json.dumps(body).encode()).status == 201
