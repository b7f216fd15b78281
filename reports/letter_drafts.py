"""Letters and e-mails from a mailbox become drafts: a person reads them and hands them in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from moderation_portal import audit
from platforms import directory, locators

from . import evidence, formal, letters
from .letters import DraftLetter, Found
from .models import Evidence, FormalRequest
from .texts import plain

SOURCE = "letter"
MIMES = {
    ".eml": "message/rfc822",
    ".pdf": evidence.PDF,
    ".txt": "text/plain",
    ".md": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
}
MOST_FLAGS = 20


@dataclass(frozen=True)
class Taken:
    """What became of one file: how many drafts were made, how many letters were known before."""

    made: tuple[int, ...] = ()
    known: int = 0


def take(content: bytes, name: str, *, actor, at: datetime) -> Taken:
    """Reads one file into draft formal requests; reading it again adds nothing.

    What could not be read is kept in the draft and flagged. Never raises for bad content.
    """
    digest = hashlib.sha256(content).hexdigest()
    if FormalRequest.objects.filter(source_hash=digest).exists():
        return Taken(known=1)
    found = letters.read(content, name)
    with transaction.atomic():
        made = [
            _make(letter, _mark(digest, place), (name, content) if place == 0 else None, actor, at)
            for place, letter in enumerate(found)
        ]
    return Taken(tuple(pk for pk in made if pk is not None), made.count(None))


def files_in(folder: Path) -> list[Path]:
    """The letters in a folder, by name."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in MIMES)


def _make(letter: DraftLetter, mark: str, original, actor, at: datetime) -> int | None:
    """The id of the new draft, or None when another reader of the same file was faster."""
    draft, is_new = FormalRequest.objects.get_or_create(
        source_hash=mark, defaults=_facts(letter, at) | {"created_by_id": actor.pk}
    )
    if not is_new:
        return None
    _keep_files(draft, letter, original, actor, at)
    audit.record(
        "request.read",
        f"request:{draft.pk}",
        actor=actor,
        at=at,
        data={"targets": len(letter.targets), "flags": list(letter.flags)},
    )
    return draft.pk


def _mark(digest: str, place: int) -> str:
    """What tells the letters of one file apart."""
    return digest if place == 0 else hashlib.sha256(f"{digest}/{place}".encode()).hexdigest()


def _facts(letter: DraftLetter, at: datetime) -> dict[str, object]:
    point = (
        formal.active_contact_points(at=at).filter(email__iexact=letter.sender_address).first()
        if letter.sender_address
        else None
    )
    return {
        "contact_point": point,
        "agency": point.agency if point else None,
        "unit": _text(letter.sender, 160),
        "letter_number": _text(letter.letter_number, 120),
        "letter_date": letter.letter_date,
        "article": _text("; ".join(letter.articles), 300),
        "locators": "\n".join(dict.fromkeys(map(_as_line, letter.targets))),
        "source": SOURCE,
        "unparsed": plain(letter.unparsed),
        "flags": [flag[:40] for flag in letter.flags[:MOST_FLAGS]],
        "references": [
            {"text": one.text, "canonical": one.canonical, "kind": one.kind}
            for one in letter.references
        ],
        "created_at": at,
    }


def _as_line(target: Found) -> str:
    """The target as a line of the paste box, which names its platform where it does not tell it."""
    text = plain(target.canonical)
    if not target.platform or locators.identify(text).platform == target.platform:
        return text
    platform = directory.by_slug().get(target.platform)
    return f"{platform.name}: {text}" if platform else text


def _keep_files(draft: FormalRequest, letter: DraftLetter, original, actor, at: datetime) -> None:
    """Keeps the file itself, and the PDFs in it as the signed letter.

    A file with pictures is locked away: what they show nobody knows yet.
    """
    has_pictures = any(one.mime.startswith("image/") for one in letter.attachments)
    kept = [_prepared(one.name, one.mime, one.bytes, False) for one in letter.attachments
            if one.mime == evidence.PDF]  # fmt: skip
    if original is not None:
        name, content = original
        kept.insert(
            0, _prepared(name, MIMES.get(Path(name).suffix.lower(), ""), content, has_pictures)
        )
    for prepared in kept:
        evidence.keep(prepared, formal_request=draft, actor=actor, at=at)


def _prepared(name: str, mime: str, content: bytes, is_quarantined: bool) -> evidence.Prepared:
    kind = Evidence.Kind.LETTER if mime == evidence.PDF else Evidence.Kind.OTHER
    suffix = Path(name).suffix.lower()
    return evidence.Prepared(
        evidence.safe_name(name, suffix if suffix in MIMES else ""),
        kind,
        mime or "application/octet-stream",
        content,
        hashlib.sha256(content).hexdigest(),
        is_quarantined,
    )


def _text(text: str, most: int) -> str:
    return plain(text)[:most]
