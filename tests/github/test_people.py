"""What people do on the fake GitHub, and the events that follow, each checked against GitHub's description."""

import pytest

from tests.github.client import Desk
from tests.github.payloads import workflow_run
from tests.github.records import Event, RefusedError
from tests.github.repository import NOBODY


def told(events: list[Event]) -> list[str]:
    """Return what events are about, as `on:` has it."""
    return [" ".join(filter(None, (one.name, one.payload.get("action")))) for one in events]


class TestAPullRequest:
    def test_is_opened_from_a_branch(self, desk: Desk) -> None:
        """The event says what a workflow asks for: who, from where, onto what."""
        head = desk.write("other", {"b.txt": "b\n"})

        event = desk.hub.open_pull_request("other", "main", "ada", title="Greet")

        its = event.payload["pull_request"]
        assert (event.name, event.payload["action"], event.payload["number"]) == ("pull_request", "opened", 2)
        assert (its["title"], its["user"]["login"], its["author_association"]) == ("Greet", "ada", "COLLABORATOR")
        assert (its["head"]["sha"], its["head"]["ref"], its["base"]["ref"]) == (head, "other", "main")
        assert its["head"]["repo"]["full_name"] == its["base"]["repo"]["full_name"] == "acme/desk"

    def test_is_opened_from_a_fork(self, desk: Desk) -> None:
        """Its commits can be fetched here by the pull request's number only."""
        path = desk.hub.fork("mallory/desk")
        head = desk.write("sly", {"b.txt": "b\n"}, to=str(path))

        its = desk.hub.open_pull_request("sly", "main", "mallory", fork="mallory/desk").payload["pull_request"]

        assert (its["head"]["sha"], its["head"]["repo"]["fork"], its["author_association"]) == (head, True, "NONE")
        assert its["head"]["repo"]["full_name"] == "mallory/desk"
        assert desk.get("git/ref/pull/2/head")["object"]["sha"] == head
        assert desk.ask("GET", "git/ref/heads/sly").status == 404

    def test_follows_its_branch(self, desk: Desk) -> None:
        """A push is told to whom it concerns; the base that the API names is that of the last push, as on GitHub."""
        main = desk.write("main", {"c.txt": "c\n"}, start="main")
        stale = desk.get("pulls/1")["base"]["sha"]
        before = desk.head
        after = desk.write("topic", {"b.txt": "b\n"}, start="topic")

        push, moved = desk.hub.push("topic", "ada")

        assert told([push, moved]) == ["push", "pull_request synchronize"]
        assert (moved.payload["before"], moved.payload["after"]) == (before, after)
        assert (push.payload["before"], push.payload["after"], push.payload["forced"]) == (before, after, False)
        assert [one["added"] for one in push.payload["commits"]] == [["b.txt"]]
        assert stale != moved.payload["pull_request"]["base"]["sha"] == main

    def test_of_a_fork_follows_the_fork(self, desk: Desk) -> None:
        """The push itself is told in the fork, not here."""
        path = desk.hub.fork("mallory/desk")
        desk.write("sly", {"b.txt": "b\n"}, to=str(path))
        desk.hub.open_pull_request("sly", "main", "mallory", fork="mallory/desk")
        after = desk.write("sly", {"b.txt": "c\n"}, start="", to=str(path))

        (event,) = desk.hub.push("sly", "mallory", repository="mallory/desk")

        assert (told([event]), event.payload["after"]) == (["pull_request synchronize"], after)

    def test_is_approved_at_a_head(self, desk: Desk) -> None:
        """An approval names its commit, so that one of an older head can be told apart."""
        event = desk.hub.approve(1, "boss")
        desk.write("topic", {"b.txt": "b\n"}, start="topic")

        (review,) = desk.get("pulls/1/reviews")

        assert told([event]) == ["pull_request_review submitted"]
        assert (review["user"]["login"], review["state"]) == ("boss", "APPROVED")
        assert review["commit_id"] == event.payload["review"]["commit_id"] != desk.head
        with pytest.raises(RefusedError, match="your own pull request"):
            desk.hub.approve(1, "ada")

    def test_goes_to_another_branch(self, desk: Desk) -> None:
        """It begins anew where that branch is, and the event says where it went before."""
        tip = desk.write("next", {"c.txt": "c\n"}, start="main")

        event = desk.hub.retarget(1, "ada", "next")

        onto = event.payload["pull_request"]["base"]
        assert (told([event]), onto["ref"], onto["sha"]) == (["pull_request edited"], "next", tip)
        assert event.payload["changes"]["base"]["ref"] == {"from": "main"}
        with pytest.raises(RefusedError, match="Validation Failed"):
            desk.hub.retarget(1, "ada", "nowhere")

    def test_gets_a_label(self, desk: Desk) -> None:
        """The event names the label and who gave it."""
        event = desk.hub.label(1, "boss", "eval:ok")

        assert (told([event]), event.payload["label"]["name"]) == (["pull_request labeled"], "eval:ok")
        assert event.payload["sender"]["login"] == "boss"

    def test_is_opened_once(self, desk: Desk) -> None:
        """And not for nothing."""
        with pytest.raises(RefusedError):
            desk.hub.open_pull_request("topic", "main", "ada")
        with pytest.raises(RefusedError):
            desk.hub.open_pull_request("main", "main", "ada")
        with pytest.raises(RefusedError):
            desk.hub.open_pull_request("nowhere", "main", "ada")


class TestMerging:
    @pytest.mark.parametrize(("method", "parents", "grown"), [("merge", 2, 3), ("squash", 1, 1), ("rebase", 1, 2)])
    def test_is_done_by_git(self, desk: Desk, method: str, parents: int, grown: int) -> None:
        """Three ways to the same files, by other commits: who looks a verdict up by commit finds it in one of them."""
        desk.write("topic", {"b.txt": "b\n"}, start="topic")
        desk.write("main", {"c.txt": "c\n"})
        desk.hub.push("main", "boss")

        closed, push = desk.hub.merge(1, "boss", method)

        sha = push.payload["after"]
        assert told([closed, push]) == ["pull_request closed", "push"]
        assert (closed.payload["pull_request"]["merged"], push.payload["ref"]) == (True, "refs/heads/main")
        assert (
            closed.payload["pull_request"]["merge_commit_sha"] == sha == desk.get("git/ref/heads/main")["object"]["sha"]
        )
        assert len(desk.get(f"git/commits/{sha}")["parents"]) == parents
        assert len(push.payload["commits"]) == grown
        names = [one["path"] for one in desk.get(f"git/trees/{sha}?recursive=1")["tree"] if one["type"] == "blob"]
        assert names == ["a.txt", "b.txt", "c.txt", "docs/read.md", "new file.txt"]

    def test_by_a_push_is_merging_too(self, desk: Desk) -> None:
        """Who pushes the head to its base has merged it."""
        desk.git("push", "-q", "origin", "topic:main")

        events = desk.hub.push("main", "boss")

        assert told(events) == ["push", "pull_request closed"]
        assert events[1].payload["pull_request"]["merged"] is True

    def test_waits_for_nobody_once_it_is_closed(self, desk: Desk) -> None:
        """A pull request that was given up is not merged."""
        event = desk.hub.close(1, "ada")

        assert (told([event]), event.payload["pull_request"]["merged"]) == (["pull_request closed"], False)
        with pytest.raises(RefusedError, match="not mergeable"):
            desk.hub.merge(1, "boss")


class TestTheMergeQueue:
    def test_makes_a_commit_and_a_ref_of_its_own(self, desk: Desk) -> None:
        """What is judged is base and pull request together, on a ref that a workflow can fetch."""
        base = desk.get("git/ref/heads/main")["object"]["sha"]

        event = desk.hub.enqueue(1)

        group = event.payload["merge_group"]
        assert told([event]) == ["merge_group checks_requested"]
        assert group["head_ref"] == f"refs/heads/gh-readonly-queue/main/pr-1-{base}"
        assert (group["base_sha"], group["base_ref"]) == (base, "refs/heads/main")
        assert group["head_sha"] not in {base, desk.head}
        desk.git("fetch", "-q", "origin", group["head_ref"])
        assert desk.git("rev-parse", "FETCH_HEAD") == group["head_sha"]

    def test_lands_the_commit_that_was_judged(self, desk: Desk) -> None:
        """Two in a row: the second group stands on the first."""
        desk.write("other", {"b.txt": "b\n"})
        desk.hub.open_pull_request("other", "main", "ada")
        groups = [desk.hub.enqueue(number).payload["merge_group"] for number in (1, 2)]

        landed = [told(desk.hub.dequeue(number)) for number in (1, 2)]

        assert groups[1]["base_sha"] == groups[0]["head_sha"]
        assert landed == [["merge_group destroyed", "pull_request closed", "push"]] * 2
        assert desk.get("git/ref/heads/main")["object"]["sha"] == groups[1]["head_sha"]
        assert desk.ask("GET", f"git/ref/{groups[0]['head_ref'].removeprefix('refs/')}").status == 404

    def test_lets_go_what_its_rules_refuse(self, desk: Desk) -> None:
        """A group without its required check is out, and its pull request open."""
        needed = {"required_status_checks": [{"context": "gate"}], "strict_required_status_checks_policy": False}
        rule = {"type": "required_status_checks", "parameters": needed}
        names = {"ref_name": {"include": ["refs/heads/main"], "exclude": []}}
        body = {"name": "gate", "enforcement": "active", "conditions": names, "rules": [rule]}
        assert desk.ask("POST", "rulesets", body).status == 201
        desk.hub.enqueue(1)

        (event,) = desk.hub.dequeue(1)

        assert (told([event]), event.payload["reason"]) == (["merge_group destroyed"], "dequeued")
        assert desk.get("pulls/1")["state"] == "open"


class TestEvents:
    def test_of_the_api_are_told_on_asking(self, desk: Desk) -> None:
        """What a bot did by the API starts workflows as a person's deed does."""
        sha = desk.get("git/ref/heads/topic")["object"]["sha"]
        desk.ask("POST", "git/refs", {"ref": "refs/heads/bot", "sha": sha})
        desk.ask("POST", "git/refs", {"ref": "refs/tags/v1", "sha": sha})
        assert desk.ask("POST", "pulls", {"title": "t", "head": "bot", "base": "main"}).status == 201

        events = desk.hub.catch_up("harness-gate[bot]")

        assert told(events) == ["pull_request opened", "push", "push"]
        assert [one.payload["ref"] for one in events[1:]] == ["refs/heads/bot", "refs/tags/v1"]
        assert events[1].payload["before"] == NOBODY
        assert events[0].payload["sender"]["login"] == "harness-gate[bot]"
        assert desk.hub.catch_up("ada") == []

    def test_of_a_run_name_its_commit(self, desk: Desk) -> None:
        """What `workflow_run` tells the trusted workflow."""
        run = {"id": 1, "name": "merge-queue", "event": "merge_group", "head_sha": desk.head, "conclusion": "success"}

        event = workflow_run(desk.hub.world, run, "ada")

        assert (told([event]), event.payload["workflow_run"]["head_sha"]) == (["workflow_run completed"], desk.head)

    def test_that_are_asked_for_are_kept(self, desk: Desk) -> None:
        """A runner finds there which workflows to start, and with what."""
        body = {"event_type": "canary-step", "client_payload": {"step": 25}}

        assert desk.ask("POST", "dispatches", body).status == 204
        assert desk.ask("POST", "actions/workflows/none.yml/dispatches", {"ref": "main"}).status == 404

        (event,) = desk.hub.world.dispatches
        assert (event.name, event.payload["client_payload"]) == ("repository_dispatch", {"step": 25})
