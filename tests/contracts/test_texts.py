"""Do the texts of the repository speak of the project, and agree with one another?"""

import ast
import re
from importlib.metadata import version
from pathlib import Path

import pytest

from tuner_engine.version import VERSION

ROOT = Path(__file__).resolve().parents[2]

TEXT_ROOTS = (".ci", "docs", "engine", "presets", "tests", "tuner_tui")
"""Folders whose texts are published, beside the files at the top."""

TEXT_SUFFIXES = {"", ".json", ".md", ".py", ".raw", ".svg", ".tcss", ".toml", ".txt", ".typed"}

PLACES = [r"/(?:work|root)/", r"/(?:opt|tmp)/(?:pypi|venv|wheels)"]
"""Folders of somebody's machine."""

INDEXES = [r"pypi\.org", r"pythonhosted\.org", r"index-url", r"find-links"]
"""Hosts and options of package indexes; which index serves an installation is the user's choice."""


def texts() -> list[Path]:
    inside = (path for name in TEXT_ROOTS for path in (ROOT / name).rglob("*"))
    paths = [*ROOT.glob("*.md"), *ROOT.glob("*.toml"), ROOT / "LICENSE", *inside]
    return [
        path
        for path in paths
        if path.is_file() and path.suffix in TEXT_SUFFIXES and path != Path(__file__).resolve()
    ]


def modules() -> list[Path]:
    folders = ("tuner_tui", "engine", "presets")
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def lines_matching(patterns: list[str]) -> list[str]:
    found = re.compile("|".join(patterns))
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if found.search(line)
    ]


def test_texts_name_no_machine() -> None:
    """No published text names a folder that exists on one machine only."""
    assert lines_matching(PLACES) == []


def test_texts_name_no_package_index() -> None:
    """No published text prescribes a package index."""
    assert lines_matching(INDEXES) == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_module_says_what_it_is_for(path: Path) -> None:
    """Every module opens with a sentence."""
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_versions_agree() -> None:
    """The changelog's newest entry, the program and the installed package name one version."""
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)
    assert newest is not None
    assert newest[1] == VERSION == version("tuner-tui")


def test_readme_shows_files_that_exist() -> None:
    """Every relative link and picture in the documents leads to a file."""
    targets = [
        (document, target)
        for document in ROOT.glob("*.md")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", document.read_text())
    ]
    assert [target for document, target in targets if not (document.parent / target).exists()] == []
