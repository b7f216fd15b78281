"""What the docs name is there."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DOCS = sorted([*HERE.parent.glob("docs/*.md"), HERE.parent / "README.md"])
RULE = re.compile(r"^ *(?:async )?def (test_\w+)", re.M)


@pytest.fixture(scope="module")
def rules() -> set[str]:
    """The names of all tests."""
    files = HERE.rglob("test_*.py")
    return {name for file in files for name in RULE.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_rule_and_file_that_a_page_of_the_docs_names_exists(doc, rules):
    text = doc.read_text(encoding="utf-8")
    named = set(re.findall(r"`(test_\w+)`", text))
    assert named - rules == set()
    files = set(re.findall(r"`((?:tests|docs|static)/[\w./-]+)`", text))
    assert [name for name in sorted(files) if not (HERE.parent / name).exists()] == []
