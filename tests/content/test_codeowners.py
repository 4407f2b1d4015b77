"""CODEOWNERS, by the examples of GitHub's own documentation."""

import pytest

from harness.content.codeowners import unowned


class TestALine:
    @pytest.mark.parametrize(
        ("pattern", "path", "fits"),
        [
            ("*", "any/where.txt", True),
            ("*.js", "src/deep/app.js", True),
            ("*.js", "src/app.jsx", False),
            ("/build/logs/", "build/logs/one/two.log", True),
            ("/build/logs/", "src/build/logs/one.log", False),
            ("docs/*", "docs/getting-started.md", True),
            ("docs/*", "docs/build-app/troubleshooting.md", False),
            ("apps/", "src/apps/one.py", True),
            ("apps/", "apps", False),
            ("/apps/github", "apps/github/one.py", True),
            ("**/logs", "deep/down/logs/one.log", True),
            ("**/logs", "logs/one.log", True),
            ("/docs/**/a.md", "docs/x/y/a.md", True),
            ("/params.yaml", "params.yaml", True),
            ("/params.yaml", "sub/params.yaml", False),
            ("params.yam?", "sub/params.yaml", True),
            ("/.github/", ".github/workflows/gate.yml", True),
            ("/.github/", "xgithub/workflows/gate.yml", False),
        ],
    )
    def test_fits_as_github_says(self, pattern: str, path: str, *, fits: bool) -> None:
        """As in .gitignore, but that `docs/*` means no folders below."""
        assert list(unowned(f"{pattern} @mia".encode(), [path])) == ([] if fits else [path])


class TestTheLastLineThatFits:
    def test_decides(self) -> None:
        """A later line may take an owner away."""
        lines = b"* @mia\n/prompts/drafts/ # of nobody\n"

        assert list(unowned(lines, ["prompts/a.yml", "prompts/drafts/b.yml"])) == ["prompts/drafts/b.yml"]

    def test_is_no_comment(self) -> None:
        """Neither is an owner."""
        assert list(unowned(b"# * @mia\n/a # @mia\n", ["a", "b"])) == ["a", "b"]
