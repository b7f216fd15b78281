import shutil
from pathlib import Path

import pytest

from moderation_portal import policy
from moderation_portal.policy import loading


@pytest.fixture
def pack():
    return policy.pack("indonesia")


@pytest.fixture
def edited(tmp_path):
    """A copy of a shipped pack in which one text was replaced by another, as a folder."""

    def edit(file: str, old: str, new: str, name: str = "indonesia") -> Path:
        folder = tmp_path / name
        if not folder.exists():
            shutil.copytree(loading.PACKS / name, folder)
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return edit
