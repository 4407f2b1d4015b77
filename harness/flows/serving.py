"""What serves of a commit, read from git's objects: the same on every machine that has the commit."""

from harness import __version__
from harness.adapters.git import Git
from harness.content.tree import read_tree
from harness.core.release import Release
from harness.flows.applications import settled
from harness.flows.trees import World
from harness.release.serving import release_of


def served(world: World, commit: str) -> Release:
    """Return the release of a commit that is here.

    Raises:
        ContentError: A file of it is wrong.
    """
    tree = Git(world.root).tree(commit, commit[:7])
    content = settled(read_tree(tree, version=__version__), tree, world.state, runs=False)
    return release_of(content.prompts.values(), content.partials, content.pins)
