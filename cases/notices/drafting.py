"""From accounts to a letter: the rows of a draft, and what its letter is given to say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation

from moderation_portal import letters, policy, series, vault
from moderation_portal.letters import Letter, LocatorLine
from moderation_portal.models import User
from moderation_portal.policy import Pack
from moderation_portal.roles import Role
from platforms.models import Platform
from reports.models import Handling

from ..models import Decision, Notice, NoticeCopy, NoticeItem, Target
from . import files
from .addresses import objection_address, portal_address
from .grouping import ACTION, action_of, decisions_for

LONGEST_LOCATOR = 1000


@dataclass(frozen=True)
class Frame:
    """What all accounts of a notice have in common."""

    platform: Platform
    rung: str
    urgency: str
    handling: str
    basis: str
    follows: Notice | None = None
    signatures_wanted: tuple[str, ...] = ()


def draft(
    frame: Frame,
    targets: Iterable[Target],
    *,
    at: datetime,
    withheld: Collection[int] = (),
    locators: Mapping[int, str] | None = None,
) -> Notice:
    """Saves a draft and its items, in the order given. Targets need `account`.

    `withheld` are the ids of targets that a sealed case speaks for; `locators` gives, by target id,
    the locator to use instead of the account's own.
    """
    pack = policy.pack()
    notice = Notice(
        platform=frame.platform,
        rung=frame.rung,
        urgency=frame.urgency,
        handling=frame.handling,
        basis=frame.basis,
        state=Notice.State.DRAFTED,
        follows=frame.follows,
        signatures_wanted=list(frame.signatures_wanted),
        language=language_of(frame.platform, pack),
        policy_version=pack.version,
        drafted_at=at,
    )
    items = _items(notice, targets, withheld, locators or {})
    notice.item_count = len(items)
    (notice.pk,) = series.take("cases_notice", 1, is_sealed=notice.handling == Handling.SEALED)
    notice.save(force_insert=True)
    save_items(notice, items)
    return notice


def save_items(notice: Notice, items: Sequence[NoticeItem]) -> None:
    """Inserts new items of a notice, with ids of its own series."""
    ids = series.take("cases_noticeitem", len(items), is_sealed=notice.handling == Handling.SEALED)
    for item, pk in zip(items, ids, strict=True):
        item.notice_id, item.pk = notice.pk, pk
    NoticeItem.objects.bulk_create(items, batch_size=1_000)


def _items(
    notice: Notice,
    targets: Iterable[Target],
    withheld: Collection[int],
    locators: Mapping[int, str],
) -> list[NoticeItem]:
    return [
        NoticeItem(
            target=target,
            position=position,
            locator=locators.get(target.pk) or locator_of(target),
            is_withheld=target.pk in withheld,
            notice=notice,
        )
        for position, target in enumerate(targets, start=1)
    ]


def locator_of(target: Target) -> str:
    """The exact locator that a letter shows: the address, or the handle, number or description."""
    account = target.account
    return str(account.url or account.display)[:LONGEST_LOCATOR]


def language_of(platform: Platform, pack: Pack) -> str:
    """The language of letters to a platform, if the pack is worded in it."""
    return platform.language if platform.language in pack.languages else pack.languages[-1]


def write(
    notice: Notice,
    items: Sequence[NoticeItem],
    *,
    code: str,
    at: datetime,
    more: dict[str, Any] | None = None,
) -> Letter:
    """Renders the letter once and freezes it, text and PDF, in the notice; the caller saves.

    `items` need `target.case` and `target.account`; the notice needs its number. Raises Invalid
    when the letter lacks anything, so that an incomplete notice never leaves. What it was written
    with is kept, so that a copy can be written that leaves accounts out (`copies`).
    """
    letter = render(notice, items, code=code, at=at, more=more)
    keep(notice, letter)
    notice.message_id = message_id(f"notice:{notice.pk}")
    notice.template = code
    # Only a proposal to the Minister is given more than words, and no platform ever reads it.
    notice.given = {name: said for name, said in (more or {}).items() if isinstance(said, str)}
    return letter


def keep(there: Notice | NoticeCopy, letter: Letter) -> None:
    """Puts a letter, text and PDF, into a row; the caller saves."""
    there.subject, there.markdown = letter.subject[:300], letter.markdown
    there.text, there.html = letter.text, letter.html
    files.keep(there, letters.pdf(letter))


def render(
    notice: Notice,
    items: Sequence[NoticeItem],
    *,
    code: str,
    at: datetime,
    more: dict[str, Any] | None = None,
) -> Letter:
    """The letter as it would be at `at`; kept nowhere. `more` goes before what the notice gives."""
    pack = policy.pack()
    given = _given(notice, items, pack, at) | (more or {})
    return letters.render(pack, code, notice.language, given, _lines(items))


def message_id(thing: str) -> str:
    """The same for every copy of the same thing; tells nothing of it to a stranger."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ")
    return f"<{vault.keyed_hash('message-id', thing)[:32]}@{host}>"


def addressee(platform: Platform) -> str:
    """Whom the law addresses: the registered company, or the service under its own name."""
    return platform.registration.company if platform.registration else platform.name


def title(role: str, unit: str, language: str) -> str:
    """How a person signs in a letter's language: Director, Pengendalian."""
    with translation.override(language):
        name = str(Role(role).label)
    return ", ".join(filter(None, [name[:1].upper() + name[1:], unit]))


def chase(notice: Notice, items: Sequence[NoticeItem], *, rung: str, contact: str, at: datetime):
    """What a reminder, or the mail to the next contact, is given to say."""
    return {
        "issued_at": at,
        "platform": notice.platform.name,
        "addressee": addressee(notice.platform),
        "contact_name": contact,
        "urgency": notice.urgency,
        "answer_url": portal_address(notice),
        "number": notice.number,
        "original_issued_at": notice.issued_at,
        "served_at": notice.served_at,
        "due_at": min((item.due_at for item in items if item.due_at), default=notice.due_at),
        "rung": rung,
    }


def _lines(items: Iterable[NoticeItem]) -> list[LocatorLine]:
    return [LocatorLine(item.locator, item.target.account.kind) for item in items]


def _given(notice: Notice, items: Sequence[NoticeItem], pack: Pack, at: datetime) -> dict[str, Any]:
    decisions = decisions_for({item.target.case_id for item in items})
    made = [decisions[pk] for pk in sorted(decisions)]
    given = {
        "issued_at": at,
        "number": notice.number,
        "platform": notice.platform.name,
        "addressee": addressee(notice.platform),
        "urgency": notice.urgency,
        "rung": notice.rung,
        "categories": list(dict.fromkeys(item.target.case.category for item in items)),
        "bases": _bases(notice, made, pack),
        "action": action_of(made[0]) if made else ACTION,
        "reasons": "\n\n".join(dict.fromkeys(decision.reasons for decision in made)),
        "answer_url": portal_address(notice),
        "appeal_url": objection_address(notice.language),
    }
    signers = [decision.approver for decision in made if decision.approver]
    return given | signed_by(signers, notice.language) | _earlier(notice)


def signed_by(people: Collection[User], language: str) -> dict[str, str]:
    """The names and offices under a letter, each once."""
    once = list({person.pk: person for person in people}.values())
    titles = dict.fromkeys(title(person.role, person.unit, language) for person in once)
    return {
        "approver": ", ".join(person.name for person in once),
        "approver_title": "; ".join(titles),
    }


def _bases(notice: Notice, decisions: Iterable[Decision], pack: Pack) -> list[str]:
    """The provisions that prohibit the items, the notice's own first."""
    every = [notice.basis, *(code for decision in decisions for code in decision.bases)]
    prohibited = [code for code in every if pack.basis(code).kind == "prohibition"]
    return list(dict.fromkeys(prohibited or every[:1]))


def _earlier(notice: Notice) -> dict[str, Any]:
    """What a letter that follows another says of it."""
    if notice.follows is None:
        return {}
    return {
        "original_number": notice.follows.number,
        "original_issued_at": notice.follows.issued_at,
        "served_at": notice.follows.served_at,
        "due_at": notice.follows.due_at,
    }
