"""The Indonesian catalogue, kept without GNU gettext.

    python -m moderation_portal.catalogue update    collect strings into the .po file
    python -m moderation_portal.catalogue prune     collect, and drop what is no longer used
    python -m moderation_portal.catalogue compile   write the .mo file that Django reads
    python -m moderation_portal.catalogue check     fail on missing, fuzzy, unused, broken strings

Source strings are English. Python is read by its syntax tree, templates through Django's own
translation of template tags into gettext calls, so both find what Django will ask for.
"""

import ast
import os
import re
import string
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = tuple(sorted(folder.name for folder in (ROOT / "locale").iterdir()))
SKIPPED = frozenset({"tests", "migrations", "node_modules", "locale", "__pycache__"})
# Which argument holds what: context, singular, plural (None: not there).
CALLS: dict[str, tuple[int | None, int, int | None]] = {
    "_": (None, 0, None),
    "gettext": (None, 0, None),
    "gettext_lazy": (None, 0, None),
    "gettext_noop": (None, 0, None),
    "ngettext": (None, 0, 1),
    "ngettext_lazy": (None, 0, 1),
    "pgettext": (0, 1, None),
    "pgettext_lazy": (0, 1, None),
    "npgettext": (0, 1, 2),
    "npgettext_lazy": (0, 1, 2),
}
LITERAL = r"""u?(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
TEMPLATE_CALL = re.compile(
    rf"\b(npgettext|ngettext|pgettext|gettext|_)\(\s*({LITERAL}(?:\s*,\s*{LITERAL})*)"
)
PERCENT = re.compile(r"%(?:\((\w+)\))?[#0\- +]*\d*(?:\.\d+)?([diouxXeEfFgGcrs%])")

Key = tuple[str | None, str]


@dataclass
class Message:
    """One translatable string: its context, singular, plural, and the files that use it."""

    context: str | None
    singular: str
    plural: str | None
    files: set[str] = field(default_factory=set)

    @property
    def key(self) -> Key:
        return (self.context, self.singular)


class NotPlain(ValueError):
    """A translation call whose string is not written out, so that nothing can collect it."""


def in_python(source: str, name: str) -> Iterator[Message]:
    """The strings that the Python `source` of file `name` translates.

    Raises NotPlain for an f-string or an expression where a plain string must stand: at run time
    it would be looked up under words that no catalogue has. Likewise for a translator that is
    imported under a name of its own: nothing that it says would be collected.
    """
    for node in ast.walk(ast.parse(source, name)):
        if isinstance(node, ast.ImportFrom):
            refuse_other_names(node, name)
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        verb = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if verb not in CALLS or not node.args:
            continue
        if isinstance(node.args[0], ast.Name | ast.Attribute | ast.Call | ast.Subscript):
            continue  # a variable, marked as translatable where it was written
        yield message_of(verb, [literal(arg, name) for arg in node.args], name)


def refuse_other_names(node: ast.ImportFrom, name: str) -> None:
    """Raises NotPlain for one of `CALLS` that is imported under a name that is none of them."""
    for one in node.names:
        if one.name in CALLS and (one.asname or one.name) not in CALLS:
            raise NotPlain(f"{name}:{node.lineno}: import {one.name} as itself or as _")


def literal(node: ast.expr, name: str) -> str | None:
    """The text of a string literal, None for a number or a name; refuses f-strings and sums."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr | ast.BinOp):
        raise NotPlain(f"{name}:{node.lineno}: write the translated string out, with placeholders")
    return None


def in_template(source: str, name: str) -> Iterator[Message]:
    """The strings that the template `source` of file `name` translates."""
    for verb, given in TEMPLATE_CALL.findall(templatize(source, name)):
        yield message_of(verb, [ast.literal_eval(one) for one in re.findall(LITERAL, given)], name)


def message_of(verb: str, given: list[str | None], name: str) -> Message:
    """The Message of a call `verb` with the literal arguments `given`."""

    def at(place: int | None) -> str | None:
        return given[place] if place is not None and place < len(given) else None

    context, singular, plural = CALLS[verb]
    said = at(singular)
    if said is None:
        raise NotPlain(f"{name}: {verb}() has no plain string")
    return Message(at(context), said, at(plural), {name})


def files(root: Path) -> Iterator[tuple[Path, Callable[[str, str], Iterator[Message]]]]:
    """Every file under `root` that may hold strings, with its reader, in name order."""
    for folder, below, names in os.walk(root):
        below[:] = sorted(each for each in below if each not in SKIPPED and each[0] != ".")
        is_templates = "templates" in Path(folder).relative_to(root).parts
        for name in sorted(names):
            if name.endswith(".py"):
                yield Path(folder, name), in_python
            elif is_templates and name.endswith((".html", ".txt")):
                yield Path(folder, name), in_template


def collect(root: Path = ROOT) -> dict[Key, Message]:
    """Every translatable string below `root`; the same string of many files is one Message."""
    found: dict[Key, Message] = {}
    for path, reader in files(root):
        name = path.relative_to(root).as_posix()
        for message in reader(path.read_text(encoding="utf-8"), name):
            known = found.setdefault(message.key, message)
            known.files |= message.files
            known.plural = known.plural or message.plural
    found.pop((None, ""), None)
    return found


def po_path(language: str, root: Path = ROOT) -> Path:
    """Where the reviewed catalogue of `language` lies."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def load(language: str, root: Path = ROOT) -> polib.POFile:
    """The catalogue of `language`, or an empty one with its header."""
    path = po_path(language, root)
    if path.exists():
        return polib.pofile(str(path), wrapwidth=100)
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    return catalogue


def update(language: str, root: Path = ROOT, *, is_pruning: bool = False) -> polib.POFile:
    """Brings the catalogue in line with the sources and saves it, in a stable order.

    Translations are kept. What is no longer used stays as an obsolete entry, for it may only be
    away for a moment, until `is_pruning`.
    """
    found = collect(root)
    kept: dict[Key, polib.POEntry] = {}
    for entry in load(language, root):
        kept[entry.msgctxt, entry.msgid] = entry
    for key, message in found.items():
        entry = kept.setdefault(key, polib.POEntry(msgctxt=message.context, msgid=message.singular))
        entry.obsolete = False
        entry.occurrences = [(name, "") for name in sorted(message.files)]
        suit_plural(entry, message)
    catalogue = load(language, root)
    catalogue.clear()
    for key in sorted(kept, key=lambda key: (key[1], key[0] or "")):
        if key in found:
            catalogue.append(kept[key])
        elif not is_pruning:
            kept[key].obsolete = True
            catalogue.append(kept[key])
    save(catalogue, po_path(language, root), catalogue.save)
    return catalogue


def suit_plural(entry: polib.POEntry, message: Message) -> None:
    """Gives `entry` one form or several as `message` has, and keeps a translation it had."""
    if message.plural is None:
        entry.msgstr = entry.msgstr or entry.msgstr_plural.get(0, "")
        entry.msgid_plural, entry.msgstr_plural = "", {}
        return
    entry.msgid_plural = message.plural
    entry.msgstr_plural = entry.msgstr_plural or {0: entry.msgstr}
    entry.msgstr = ""


def save(catalogue: polib.POFile, path: Path, write: Callable[[str], None]) -> None:
    """Writes beside `path` and renames, so that a reader never meets half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    write(str(beside))
    beside.replace(path)


def compile_all(root: Path = ROOT) -> None:
    """Writes the .mo file of every language beside its .po file."""
    for language in LANGUAGES:
        catalogue = load(language, root)
        path = po_path(language, root).with_suffix(".mo")
        save(catalogue, path, catalogue.save_as_mofile)


def faults(language: str, root: Path = ROOT) -> list[str]:
    """What keeps the catalogue from being complete, a sentence each; empty when it is."""
    found = collect(root)
    entries: dict[Key, polib.POEntry] = {
        (entry.msgctxt, entry.msgid): entry for entry in load(language, root)
    }
    said = []
    for key, message in sorted(found.items(), key=lambda pair: pair[0][1]):
        where = f"{key[1]!r} ({', '.join(sorted(message.files))})"
        entry = entries.get(key)
        if entry is None or entry.obsolete or not is_translated(entry, message):
            said.append(f"missing: {where}")
        elif entry.fuzzy:
            said.append(f"fuzzy: {where}")
        elif wrong := wrong_placeholders(entry):
            said.append(f"placeholders differ ({wrong}): {where}")
    said.extend(f"unused: {key[1]!r}" for key in sorted(entries, key=str) if key not in found)
    return said


def is_translated(entry: polib.POEntry, message: Message) -> bool:
    """Whether every form that Django will ask for has words."""
    if message.plural is None:
        return bool(entry.msgstr)
    return bool(entry.msgstr_plural) and all(entry.msgstr_plural.values())


def wrong_placeholders(entry: polib.POEntry) -> str:
    """The placeholders that a translation has lost or invented; they would fail when shown."""
    wanted = placeholders([entry.msgid, entry.msgid_plural])
    for text in [entry.msgstr, *entry.msgstr_plural.values()]:
        if text and (wrong := placeholders([text]) ^ wanted):
            return ", ".join(sorted(wrong))
    return ""


def placeholders(texts: Iterable[str]) -> set[str]:
    """The names in %(name)s, %s and {name} of `texts`."""
    names: set[str] = set()
    for text in texts:
        names |= {match[1] or "%" + match[2] for match in PERCENT.finditer(text) if match[2] != "%"}
        try:
            names |= {
                "{" + name + "}" for _text, name, *_rest in string.Formatter().parse(text) if name
            }
        except ValueError:
            continue  # a lone brace: an ordinary sentence, not a pattern
    return names


def main(arguments: list[str]) -> int:
    """The command; see the top of this file. Returns the exit status."""
    verb = arguments[0] if len(arguments) == 1 else ""
    if verb in {"update", "prune"}:
        for language in LANGUAGES:
            catalogue = update(language, is_pruning=verb == "prune")
            share = catalogue.percent_translated()
            print(f"{language}: {len(catalogue)} strings, {share} % translated")
    elif verb == "compile":
        compile_all()
    elif verb == "check":
        said = [f"{language}: {fault}" for language in LANGUAGES for fault in faults(language)]
        print("\n".join(said) or "Every string is translated.")
        return 1 if said else 0
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
