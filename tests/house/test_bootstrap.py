"""`.ci/venv`: a `.venv` out of whatever Python a machine has, and one clear sentence where it has none that will do."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.house.scratch import PROJECT, REAL, ROOT, Machine

SHIM = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
BABBLER = "#!/bin/sh\necho 'yes, I would love to, but I am broken'\n"


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """Return a machine without any Python."""
    return Machine.at(tmp_path)


class TestTheSearchForAPython:
    @pytest.mark.parametrize("broken", [SHIM, BABBLER, "#!/nowhere/python\n"], ids=["shim", "babbler", "dangling"])
    def test_believes_a_candidate_only_after_it_ran(self, machine: Machine, broken: str) -> None:
        """A name on the PATH is no Python: version managers put names there that fail when they are called."""
        machine.program("python3.13", broken)
        good = machine.python("python3.12", "3.12")

        assert machine.run("find") == (0, f"{good}\n", "")

    def test_passes_over_one_that_can_install_nothing(self, machine: Machine) -> None:
        """Distributions ship Pythons without ensurepip; another on the same machine may be whole."""
        machine.python("python3.13", ensurepip=False)
        whole = machine.python("python3.12", "3.12")

        assert machine.run("find") == (0, f"{whole}\n", "")

    def test_is_content_with_a_python_that_has_pip_but_no_ensurepip(self, machine: Machine) -> None:
        """That pip can fill a .venv from outside."""
        debian = machine.python("python3", ensurepip=False, pip=True)

        assert machine.run("find") == (0, f"{debian}\n", "")

    def test_passes_over_a_broken_uv(self, machine: Machine) -> None:
        """A uv that is installed under one Python of a version manager fails under the others."""
        machine.program("uv", SHIM)
        good = machine.python("python3")

        assert machine.run("find") == (0, f"{good}\n", "")

    def test_asks_a_uv_that_runs_first(self, machine: Machine) -> None:
        """It knows Pythons that are not on the PATH, and needs no ensurepip to fill a .venv."""
        managed = machine.python("managed/python", "3.13", ensurepip=False)
        machine.program("uv", f'#!/bin/sh\ncase "$*" in *find*) echo {managed} ;; *) echo uv 1.0 ;; esac\n')
        machine.python("python3.13")

        assert machine.run("find") == (0, f"{managed}\n", "")

    def test_finds_what_pyenv_has_behind_shims_that_fail(self, machine: Machine) -> None:
        """A folder pinned to a version that is not installed makes every shim fail, though 3.12 is there."""
        machine.program("python3", SHIM)
        hidden = machine.python(".pyenv/versions/3.12.1/bin/python", "3.12")

        assert machine.run("find") == (0, f"{hidden}\n", "")

    def test_takes_the_python_it_is_told_to(self, machine: Machine) -> None:
        """PYTHON is how a user decides."""
        machine.python("python3.13")
        told = machine.python("mine/python", "3.12")

        assert machine.run("find", PYTHON=str(told)) == (0, f"{told}\n", "")

    def test_says_so_when_it_cannot_take_the_python_it_is_told_to(self, machine: Machine) -> None:
        """A choice is never dropped silently."""
        good = machine.python("python3.13")
        old = machine.python("mine/python", "3.11")

        assert machine.run("find", PYTHON=str(old)) == (
            0,
            f"{good}\n",
            f"PYTHON={old} cannot be used: taking {good}\n",
        )

    def test_answers_with_the_python_behind_a_virtual_environment(self, machine: Machine) -> None:
        """The active environment may be the .venv that is about to be replaced."""
        subprocess.run([REAL, "-m", "venv", "--without-pip", str(machine.home / "active")], check=True)

        code, found, _ = machine.run("find", PYTHON=str(machine.home / "active/bin/python"))

        assert code == 0
        assert os.path.realpath(found.strip()) == REAL
        assert not found.startswith(str(machine.home))

    @pytest.mark.parametrize("version", ["3.11", "3.15"])
    def test_names_the_only_version_that_runs_where_it_does_not_fit(self, machine: Machine, version: str) -> None:
        """One sentence with what is missing, one with what to do: no traceback, no wall of pip."""
        machine.python("python3", version)
        machine.program("python3.12", SHIM)

        code, said, complained = machine.run("gate")

        assert (code, said) == (2, "")
        assert complained == (
            f"error: harness needs Python 3.12, 3.13 or 3.14, and only {version} runs here\n"
            "\n"
            "hint: install Python 3.13, or name one: PYTHON=/path/to/python3.13\n"
        )

    def test_says_that_no_python_runs_here(self, machine: Machine) -> None:
        """The emptiest machine gets an answer too."""
        code, said, complained = machine.run("dev")

        assert (code, said) == (2, "")
        assert complained == (
            "error: harness needs Python 3.12, 3.13 or 3.14, and none runs here\n"
            "\n"
            "hint: install Python 3.13, or name one: PYTHON=/path/to/python3.13\n"
        )

    def test_names_the_package_that_a_bare_python_lacks(self, machine: Machine) -> None:
        """Debian's answer to a missing ensurepip is a package with the version in its name."""
        machine.python("python3", "3.12", ensurepip=False)

        code, said, complained = machine.run("gate")

        assert (code, said) == (2, "")
        assert complained == (
            "error: Python 3.12 is here, but it has neither ensurepip nor pip, so nothing can be installed\n"
            "\n"
            "hint: install python3.12-venv (Debian, Ubuntu) or uv, and run this again\n"
        )

    def test_refuses_a_set_that_does_not_exist(self, machine: Machine) -> None:
        """A typing error prepares nothing."""
        assert machine.run("gaet") == (2, "", "error: unknown set `gaet`\n\nhint: usage: .ci/venv gate|dev|all|find\n")


class TestAPreparation:
    def test_is_one_line_and_three_installations(self, machine: Machine) -> None:
        """Build tools first, since everything after is built without isolation; the project last."""
        machine.python("python3")

        assert machine.run("gate") == (0, "", "preparing .venv (gate, 2 packages) ...\n")
        assert machine.installs() == ["new", "tools", "gate", "project"]

    def test_is_done_once(self, machine: Machine) -> None:
        """Every task asks for it, so the second time must cost nothing."""
        machine.python("python3")
        machine.run("gate")
        machine.installs()

        assert machine.run("gate") == (0, "", "")
        assert machine.installs() == []

    def test_of_a_larger_set_holds_the_smaller(self, machine: Machine) -> None:
        """`make gate` and `make test` in turn never install again."""
        machine.python("python3")
        machine.run("dev")
        machine.installs()

        assert machine.run("gate") == machine.run("dev") == (0, "", "")
        assert machine.installs() == []

    def test_of_a_larger_set_grows_the_smaller(self, machine: Machine) -> None:
        """The locks agree with each other, so what is there is right."""
        machine.python("python3")
        machine.run("gate")
        machine.installs()

        assert machine.run("dev") == (0, "", "preparing .venv (dev, 2 packages) ...\n")
        assert machine.installs() == ["tools", "dev", "project"]

    def test_begins_anew_when_a_lock_it_holds_has_changed(self, machine: Machine) -> None:
        """An upgrade in place would leave packages behind that no lock names."""
        machine.python("python3")
        machine.run("dev")
        machine.installs()
        (machine.tree / ".locks" / "dev.txt").write_text("setuptools==80.0 \\\n    --hash=sha256:cc\n")

        assert machine.run("gate") == (0, "", "")
        assert machine.run("dev") == (0, "", "preparing .venv (dev, 1 packages) ...\n")
        assert machine.installs() == ["new", "tools", "dev", "project"]

    @pytest.mark.parametrize(
        ("old", "new", "done"),
        [
            pytest.param("scratch", "renamed", ["project"], id="what is installed"),
            pytest.param("120", "100", [], id="a linter's setting"),
        ],
    )
    def test_follows_a_changed_project_only_as_far_as_needed(
        self, machine: Machine, old: str, new: str, done: list[str]
    ) -> None:
        """A new entry point takes a second; a setting of a tool takes nothing."""
        machine.python("python3")
        machine.run("gate")
        machine.installs()
        (machine.tree / "pyproject.toml").write_text(PROJECT.replace(old, new))

        assert machine.run("gate")[0] == 0
        assert machine.installs() == done

    def test_begins_anew_where_the_checkout_was_moved(self, machine: Machine) -> None:
        """A .venv that was copied along would run the code of the old place."""
        machine.python("python3")
        machine.run("gate")
        machine.installs()
        copy = machine.tree.rename(machine.home / "moved")

        assert Machine(machine.bin, machine.home, copy).run("gate")[0] == 0
        assert machine.installs() == ["new", "tools", "gate", "project"]

    def test_begins_anew_where_its_python_is_gone(self, machine: Machine) -> None:
        """A Python that was uninstalled leaves a link to nothing in .venv."""
        machine.python("python3")
        machine.run("gate")
        machine.installs()
        interpreter = machine.tree / ".venv/bin/python"
        interpreter.unlink()
        interpreter.symlink_to("/nowhere/python")

        assert machine.run("gate")[0] == 0
        assert machine.installs() == ["new", "tools", "gate", "project"]

    def test_overrules_the_settings_of_pip_that_would_lead_packages_elsewhere(self, machine: Machine) -> None:
        """`user = true` in a pip.conf must not send the packages to the user's home."""
        machine.python("python3")
        machine.run("gate", PIP_USER="1", PYTHONHOME="/nowhere", PYTHONPATH="/nowhere", VIRTUAL_ENV="/nowhere")

        calls = (machine.home / "calls").read_text().splitlines()

        assert {re.sub(".*PIP_USER=", "", call) for call in calls if " install " in call} == {"0"}

    def test_without_ensurepip_uses_the_pip_outside(self, machine: Machine) -> None:
        """Debian's own Python fills a .venv with the pip it has."""
        machine.python("python3", ensurepip=False, pip=True)

        assert machine.run("gate") == (0, "", "preparing .venv (gate, 2 packages) ...\n")


class TestAFailedPreparation:
    def test_shows_the_last_words_of_the_installer(self, machine: Machine) -> None:
        """Hundreds of lines of pip help nobody; the last ones name the cause."""
        python = machine.python("python3")
        (machine.home / "trouble").write_text("0")

        code, said, complained = machine.run("gate")

        assert (code, said) == (4, "")
        assert complained == (
            "preparing .venv (gate, 2 packages) ...\n"
            "the index is on fire\n"
            "error: the packages of .locks/gate.txt could not be installed (the last lines are above)\n"
            "\n"
            f"hint: see that the package index can be reached ({python} -m pip config list), then run this again\n"
        )

    def test_is_begun_anew(self, machine: Machine) -> None:
        """A half-made .venv never counts as prepared."""
        machine.python("python3")
        (machine.home / "trouble").write_text("0")
        machine.run("gate")
        machine.installs()
        (machine.home / "trouble").unlink()

        assert machine.run("gate") == (0, "", "preparing .venv (gate, 2 packages) ...\n")
        assert machine.installs() == ["new", "tools", "gate", "project"]

    @pytest.mark.parametrize("flock", [True, False], ids=["flock", "mkdir"])
    @pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL], ids=lambda blow: blow.name)
    def test_that_was_killed_is_begun_anew(self, machine: Machine, blow: signal.Signals, *, flock: bool) -> None:
        """Ctrl-C in the middle, or a machine that lost its power, leaves neither a stamp nor a lock that holds."""
        machine.python("python3")
        if not flock:
            (machine.bin / "flock").unlink(missing_ok=True)
        (machine.home / "trouble").write_text("30")
        with machine.start("gate") as process:
            wait_for(machine.home / "calls", "--no-build-isolation")
            os.killpg(process.pid, blow)
        (machine.home / "trouble").unlink()
        machine.installs()

        assert not (machine.tree / ".venv/stamp").exists()
        assert machine.run("gate") == (0, "", "preparing .venv (gate, 2 packages) ...\n")
        assert machine.installs() == ["new", "tools", "gate", "project"]

    @pytest.mark.parametrize("flock", [True, False], ids=["flock", "mkdir"])
    def test_never_comes_from_two_at_once(self, machine: Machine, *, flock: bool) -> None:
        """Two terminals, or an editor and a terminal: the second waits, and finds the work done."""
        machine.python("python3")
        if not flock:
            (machine.bin / "flock").unlink(missing_ok=True)

        with machine.start("gate") as one, machine.start("gate") as two:
            codes = [process.wait(timeout=30) for process in (one, two)]

        assert codes == [0, 0]
        assert machine.installs() == ["new", "tools", "gate", "project"]


class TestTheRealThing:
    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_makes_a_command_that_runs_out_of_a_clean_checkout(self, tmp_path: Path) -> None:
        """What a stranger does first: clone, prepare, run."""
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        for name in filter(None, listed.stdout.split("\0")):
            if (ROOT / name).is_file():
                (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, tmp_path / name)

        subprocess.run([".ci/venv", "gate"], cwd=tmp_path, check=True, timeout=500)
        shown = subprocess.run(
            [".venv/bin/harness", "--help"], cwd=tmp_path, check=True, capture_output=True, text=True
        )

        assert shown.stdout.startswith("Usage: harness")
        assert str(tmp_path) not in sys.path


def wait_for(file: Path, text: str) -> None:
    """Return when a file says this."""
    until = time.monotonic() + 10
    while not (file.exists() and text in file.read_text()):
        assert time.monotonic() < until, f"{text} never came"
        time.sleep(0.02)
