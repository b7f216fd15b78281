"""From accounts to a letter: the rows of a draft, and what its letter is given to say."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import translation

from moderation_portal import letter_texts, letters, policy, sender, series
from moderation_portal.letters import Letter, LocatorLine, signing
from moderation_portal.models import User
from moderation_portal.policy import Pack
from moderation_portal.roles import title
from platforms.models import Platform
from reports.models import Handling

from ..models import Decision, Notice, NoticeCopy, NoticeItem, Target
from ..rungs import TAKES_BACK, UNASKED, find, proposals
from . import files
from .addresses import contacts, objection_address, portal_address
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
        policy_version=pack.version,
        drafted_at=at,
    )
    notice.language = language_of(notice, pack)
    items = _items(notice, targets, withheld, locators or {})
    notice.item_count = len(items)
    (notice.pk,) = series.take("cases_notice", 1, is_sealed=notice.handling == Handling.SEALED)
    notice.save(force_insert=True)
    save_items(notice, items)
    return notice


def draft_after(
    original: Notice,
    rung: str,
    items: Iterable[NoticeItem],
    *,
    at: datetime,
    locators: Mapping[int, str],
    unspoken: Collection[int] = (),
) -> Notice:
    """A draft that follows another for the same accounts, in their order. What a sealed case speaks
    for stays withheld; what the platform was told of before is taken back openly, but for the
    targets that are to be left `unspoken` of."""
    placed = sorted(items, key=lambda item: item.position)
    takes_back = rung in TAKES_BACK
    withheld = [
        item.target_id
        for item in placed
        if item.target_id in unspoken
        or (item.is_withheld and not (takes_back and item.sent_at is not None))
    ]
    frame = Frame(
        original.platform,
        rung,
        original.urgency,
        original.handling,
        original.basis,
        follows=original,
        signatures_wanted=tuple(original.signatures_wanted) if rung == original.rung else (),
    )
    targets = [item.target for item in placed]
    return draft(frame, targets, at=at, withheld=withheld, locators=locators)


def followers(
    notice: Notice, target_ids: Iterable[int], *, at: datetime, is_told: bool = False
) -> list[str]:
    """What a withdrawal takes back besides the letter it follows: a sentence for each of the other
    letters in force at `at` that named these accounts; where `is_told` only for those that the
    platform knows of."""
    first = notice.follows
    if first is None or first.issued_at is None:
        return []
    named = NoticeItem.objects.filter(target_id__in=list(target_ids))
    if is_told:
        named = named.filter(Q(is_withheld=False) | Q(sent_at__isnull=False))
    pack = policy.pack()
    letters_sent = Notice.objects.filter(
        pk__in=named.values("notice_id"), issued_at__gt=first.issued_at, issued_at__lte=at
    )
    replaced = Q(state=Notice.State.WITHDRAWN, closed_at__lt=at)
    found = letters_sent.exclude(rung__in=(*UNASKED, *proposals(pack))).exclude(replaced)
    return [
        letters.word(
            pack,
            "also_withdrawn",
            notice.language,
            number=str(one),
            date=letters.day(one.issued_at or at, pack.tz, notice.language),
        )
        for one in found.exclude(pk=first.pk).order_by("issued_at", "pk")
    ]


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


def language_of(notice: Notice, pack: Pack) -> str:
    """The language of a letter: that of the contact who is asked first, else the platform's own, as
    far as the pack is worded in it. A letter about another one speaks that one's language: it goes
    to whom that one reached."""
    if notice.follows and notice.rung in UNASKED and notice.follows.language in pack.languages:
        return notice.follows.language
    rung = find(pack.ladder(notice.urgency, notice.drafted_at), notice.rung)
    people = contacts(notice, rung.contact_rung if rung else 0)
    wished = [*(person.language for person in people), notice.platform.language]
    return next((one for one in wished if one in pack.languages), pack.languages[-1])


def own_words(text: str, written_in: str, letter_in: str, pack: Pack) -> str:
    """What an officer wrote, as it stands; where the letter is in another language it says so.
    Nothing stays nothing, so that a letter without reasons is not taken for whole."""
    if not text.strip() or not written_in or written_in == letter_in:
        return text
    with translation.override(letter_in):
        name = str(translation.get_language_info(written_in)["name_translated"])
    return f"{letters.word(pack, 'written_in', letter_in, name=name)}\n\n{text}"


def said_now(text: str, notice: Notice) -> str:
    """`own_words` of somebody who writes at this moment, in the language of their page."""
    written_in = (translation.get_language() or "").partition("-")[0]
    return own_words(text.strip(), written_in, notice.language, policy.pack())


def write(
    notice: Notice,
    items: Sequence[NoticeItem],
    *,
    code: str,
    at: datetime,
    more: dict[str, Any] | None = None,
) -> Letter:
    """Renders the letter once and freezes it in the notice, with its PDF where no electronic
    signature is waited for; the caller saves.

    `items` need `target.case` and `target.account`; the notice needs its number. Raises Invalid
    when the letter lacks anything, so that an incomplete notice never leaves. What it was written
    with is kept, so that a copy can be written that leaves accounts out (`copies`).
    """
    letter = render(notice, items, code=code, at=at, more=more)
    keep(notice, letter)
    if not signing.is_signing():
        files.put_down(notice, at=at)
    notice.message_id = sender.message_id(f"notice:{notice.pk}")
    notice.template = code
    notice.policy_version = letter_texts.version_at(code, notice.language, at)
    notice.given = {
        name: said.isoformat() if isinstance(said, datetime) else said
        for name, said in (more or {}).items()
    }
    return letter


def keep(there: Notice | NoticeCopy, letter: Letter) -> None:
    """Puts the text of a letter into a row; the caller saves."""
    there.subject, there.markdown = letter.subject[:300], letter.markdown
    there.text, there.html = letter.text, letter.html


def render(
    notice: Notice,
    items: Sequence[NoticeItem],
    *,
    code: str,
    at: datetime,
    more: dict[str, Any] | None = None,
    decisions: Mapping[int, Decision] | None = None,
) -> Letter:
    """The letter as it would be at `at`; kept nowhere. `more` goes before what the notice gives,
    `decisions` by case id stand in for the approved ones."""
    pack = policy.pack()
    if decisions is None:
        decisions = decisions_for({item.target.case_id for item in items})
    given = _given(notice, items, decisions, pack, at) | (more or {})
    return letter_texts.write(code, notice.language, given, _lines(items))


def addressee(platform: Platform) -> str:
    """Whom the law addresses: the registered company, or the service under its own name."""
    return platform.registration.company if platform.registration else platform.name


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


def _given(
    notice: Notice,
    items: Sequence[NoticeItem],
    decisions: Mapping[int, Decision],
    pack: Pack,
    at: datetime,
) -> dict[str, Any]:
    made = [decisions[pk] for pk in sorted(decisions)]
    reasons = (own_words(one.reasons, one.language, notice.language, pack) for one in made)
    given = {
        "issued_at": at,
        "number": notice.number,
        "platform": notice.platform.name,
        "addressee": addressee(notice.platform),
        "establishment": notice.platform.establishment,
        "urgency": notice.urgency,
        "rung": notice.rung,
        "categories": list(dict.fromkeys(item.target.case.category for item in items)),
        "bases": bases(notice, made, pack),
        "action": action_of(made[0]) if made else ACTION,
        "reasons": "\n\n".join(dict.fromkeys(reasons)),
        "answer_url": portal_address(notice),
        "appeal_url": objection_address(notice.language),
    }
    signers = [decision.approver for decision in made if decision.approver]
    return given | signed_by(signers, notice.language) | _earlier(notice)


def signers(notice: Notice) -> list[User]:
    """Who signed it so far, first to last: a letter drawn twice names them alike."""
    return [one.signer for one in notice.signatures.select_related("signer").order_by("pk")]


def signed_by(people: Collection[User], language: str) -> dict[str, str]:
    """The names and offices under a letter, each once."""
    once = list({person.pk: person for person in people}.values())
    titles = dict.fromkeys(title(person.role, person.unit, language) for person in once)
    return {
        "approver": ", ".join(person.name for person in once),
        "approver_title": "; ".join(titles),
    }


def bases(notice: Notice, decisions: Iterable[Decision], pack: Pack) -> list[str]:
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
