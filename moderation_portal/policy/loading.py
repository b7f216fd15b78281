"""Finds, reads and keeps the packs in `packs/`."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from .book import SECTIONS, Pack
from .reading import Entry, PackError, Reader, load_file
from .values import Identity

PACKS = Path(__file__).parent / "packs"
EVERY = PACKS / "every"


def pack(name: str | None = None) -> Pack:
    """The pack called `name` (default: settings.POLICY_PACK), read once per process.

    Raises PackError, with file and line, when it cannot be read.
    """
    return _pack(name or settings.POLICY_PACK)


def names() -> tuple[str, ...]:
    """The packs that are shipped."""
    return tuple(sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))


def read(folder: Path) -> Pack:
    """Reads a pack from its folder; raises PackError that tells every mistake of shape."""
    files = sorted(folder.glob("*.yaml"))
    problems: list[str] = []
    sections: dict[str, tuple] = {}
    identity = None
    if not (folder / "pack.yaml").is_file():
        raise PackError([f"There is no policy pack in {folder.name}: its pack.yaml is missing."])
    for path in files:
        entry = load_file(path)
        reader = Reader(f"{path.parent.name}/{path.name}", _defaults(entry))
        if path.name == "pack.yaml":
            identity = reader.one(Identity, entry.pop("identity", None), entry.line)
        _take_sections(entry, reader, sections)
        problems += reader.problems
    if problems or identity is None:
        raise PackError(problems)
    letters = _letters(EVERY) | _letters(folder)
    letters = {key: text for key, text in letters.items() if key[1] in identity.languages}
    whole = {name: sections.get(name, ()) for name in SECTIONS}
    return Pack(folder.name, _version(folder), identity, whole, letters)


@lru_cache
def _pack(name: str) -> Pack:
    return read(PACKS / name)


def _defaults(entry: Entry) -> dict:
    """The first day that a file gives for all of its entries."""
    return {"valid_from": entry.pop("valid_from")} if "valid_from" in entry else {}


def _take_sections(entry: Entry, reader: Reader, sections: dict[str, tuple]) -> None:
    for name, values in entry.items():
        line = entry.lines[name]
        if name not in SECTIONS:
            reader.problems.append(f"{reader.file}, line {line}: a pack has no section “{name}”.")
        else:
            values = reader.list_of(SECTIONS[name], values, line)
            sections[name] = sections.get(name, ()) + values


def _letters(folder: Path) -> dict[tuple[str, str], str]:
    return {
        (path.stem, path.parent.name): path.read_text(encoding="utf-8")
        for path in sorted(folder.glob("letters/*/*.md"))
    }


def _version(folder: Path) -> str:
    """Twelve digits of the hash of the pack and of the letters that every pack shares."""
    digest = sha256()
    for root in (folder, EVERY):
        for path in sorted(root.rglob("*")):
            if path.suffix in (".yaml", ".md"):
                digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
                digest.update(sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:12]
