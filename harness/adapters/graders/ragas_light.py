"""Ragas without what it drags along: its metrics alone, in a fifth of the time.

`import ragas` takes 2 s of CPU and 220 MB for langchain, datasets and instructor, of which its metrics use nothing.
Here empty modules stand for those while the metrics are imported, and are gone afterwards: whoever imports ragas or
langchain later in this process gets the real ones, and whoever has them already keeps them.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import PackageNotFoundError, distribution, version
from types import ModuleType
from typing import Any, NamedTuple

from harness.adapters.graders.quiet import quiet
from harness.adapters.limits import lifted
from harness.core.errors import ContentError

RELEASE = "0.4.3"
"""The release whose inside is known here; it is part of the kind's version."""
HINT = "pip install 'prompt-harness[ragas]'"
HOLLOW = {"ragas", "ragas.metrics", "ragas.prompt", "ragas.llms", "ragas.embeddings"}
"""Packages whose first file imports everything: only what lies in them is read."""
EMPTY = {
    *("langchain_community", "langchain_core", "langchain_openai", "datasets", "instructor"),
    *("ragas._analytics", "ragas.callbacks", "ragas.dataset_schema", "ragas.losses"),
    *("ragas.metrics.collections.multi_modal_faithfulness", "ragas.metrics.collections.multi_modal_relevance"),
}
"""What is not read at all, with all that lies in it; the last ones would fetch what an answer names."""


class Library(NamedTuple):
    """What is used of ragas."""

    metrics: ModuleType
    messages: ModuleType
    llm: Any
    """The class that every model of its metrics has to be of; an abstract one, with which others are registered."""
    embedding: Any
    """The same of what makes vectors."""


@cache
def ragas() -> Library:
    """Return the library, imported the light way, or the usual way where that fails.

    Raises:
        ContentError: It is not installed, in a release that is not known here, or without something it needs.
    """
    try:
        found = version("ragas")
    except PackageNotFoundError:
        raise ContentError("ragas, which grades by the metrics of its name, is not installed", hint=HINT) from None
    if found != RELEASE:
        raise ContentError(f"ragas {found} is installed, and its metrics are known of {RELEASE} only", hint=HINT)
    with lifted():
        try:
            return light()
        except (ImportError, AttributeError, TypeError):
            pass
        try:
            return full()
        except ImportError as error:
            raise ContentError(f"ragas does not load: {error}", hint=HINT) from None


def light() -> Library:
    """Return the library with empty modules in place of what its metrics do not need.

    Raises:
        ImportError: It, or what it does need, is not installed.
    """
    quiet()
    with _alone():
        return _library()


def full() -> Library:
    """Return the library as `import ragas` has it.

    Raises:
        ImportError: It, or something it needs, is not installed.
    """
    quiet()
    return _library()


def _library() -> Library:
    metrics = import_module("ragas.metrics.collections")
    llm = import_module("ragas.llms.base").InstructorBaseRagasLLM
    embedding = import_module("ragas.embeddings.base").BaseRagasEmbedding
    return Library(metrics, import_module("ragas.messages"), llm, embedding)


class _Empty(ModuleType):
    """A module that has a class of any name."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        made = type(name, (), {"__class_getitem__": classmethod(lambda cls, _: cls)})
        setattr(self, name, made)
        return made


class _Finder(MetaPathFinder, Loader):
    """Finds empty modules, and hollow packages at the place of the real ones."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(self, name: str, _path: Sequence[str] | None = None, _target: object = None) -> ModuleSpec | None:
        """Return where a module comes from; None for one that is as it is."""
        if name not in HOLLOW and name not in EMPTY and name.partition(".")[0] not in EMPTY:
            return None
        spec = ModuleSpec(name, self, is_package=True)
        place = self._folder + name.removeprefix("ragas").replace(".", "/")
        spec.submodule_search_locations = [place] if name in HOLLOW else []
        return spec

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return an empty module."""
        return _Empty(spec.name)

    def exec_module(self, _module: ModuleType) -> None:
        """Do nothing: it stays empty."""


@contextmanager
def _alone() -> Iterator[None]:
    """Import as if neither ragas nor what stands empty for its sake had ever been imported, and leave no trace."""
    finder = _Finder(str(distribution("ragas").locate_file("ragas")))
    aside = _taken()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
        _taken()
        sys.modules.update(aside)


def _taken() -> dict[str, ModuleType]:
    """Take out of the imported modules what is ragas, or stands empty for its sake."""
    names = [name for name in sys.modules if name.partition(".")[0] in EMPTY | {"ragas"}]
    return {name: sys.modules.pop(name) for name in names}
