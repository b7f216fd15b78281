"""A change of the pack in use that is only tried: read in place of ours, and forgotten."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings

from .book import Pack
from .checks import check
from .loading import PACKS, read
from .reading import PackError


def changed(files: Mapping[str, str]) -> Pack:
    """The pack in use with other texts for some of its YAML files (name -> text); nothing is kept.

    Raises PackError that tells every mistake, as the start-up check would.
    """
    known = {path.name for path in (PACKS / settings.POLICY_PACK).glob("*.yaml")}
    if strangers := sorted(files.keys() - known):
        raise PackError([f"The pack has no file {name}." for name in strangers])
    with TemporaryDirectory() as place:
        folder = Path(place) / settings.POLICY_PACK
        shutil.copytree(PACKS / settings.POLICY_PACK, folder)
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")
        found = read(folder)
    if problems := check(found):
        raise PackError(problems)
    return found
