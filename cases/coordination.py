"""The log of what offices say to each other: meetings, informal requests, "no request received".

Nothing in it is an order: it opens no case, starts no clock and is counted nowhere. A law that
lets only registered contact points ask, by letter (Permenkominfo 5/2020 art. 17(1)), is kept by
writing down everything else as what it was. A note is never changed, only corrected by another.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import STAFF
from platforms.models import Platform
from reports.models import Agency, Handling
from reports.texts import plain

from . import permissions
from .models import Case, CoordinationNote

SHOWN_ON_A_CASE = 20


@dataclass(frozen=True)
class About:
    """With whom it was: a platform, another office, or both; and the case that it was about."""

    platform: Platform | None = None
    agency: Agency | None = None
    case: Case | None = None


@dataclass(frozen=True)
class Said:
    """What was said. `taking_part` names offices and roles; `follow_up_on` is when to ask again."""

    kind: str
    happened_on: date
    taking_part: str
    text: str
    follow_up_on: date | None = None


def visible_to(user: User) -> QuerySet[CoordinationNote]:
    """The notes that this person may read: staff and auditors, about a sealed case the cleared."""
    if not user.is_active or user.role not in permissions.READERS:
        return CoordinationNote.objects.none()
    notes = CoordinationNote.objects.all()
    if permissions.sees_sealed(user):
        return notes
    return notes.filter(Q(case=None) | Q(case__handling=Handling.ORDINARY))


def log(notes: QuerySet[CoordinationNote]) -> QuerySet[CoordinationNote]:
    """These notes as a log shows them: each with whom it was, and with what corrects it."""
    related = ("platform", "agency", "case", "written_by", "corrects", "corrected_by")
    return notes.select_related(*related)


def of_case(case: Case) -> list[CoordinationNote]:
    """What was said about this case, then about its platform and no case at all, newest first; what
    was corrected is left out. For somebody who may see the case. One statement."""
    here = CoordinationNote.objects.filter(Q(case=case) | Q(platform=case.platform_id, case=None))
    standing = here.filter(corrected_by=None).select_related("agency")
    newest = standing.order_by(F("case").asc(nulls_last=True), "-happened_on", "-written_at")
    return list(newest[:SHOWN_ON_A_CASE])


def write(about: About, said: Said, *, actor: User, at: datetime) -> CoordinationNote:
    """Writes a note into the log.

    Raises Refused for everybody but staff, and for a case that is hidden from this person; Invalid
    names the field that is wrong.
    """
    _refuse_strangers(actor, about.case)
    _check(about, said, at)
    with transaction.atomic():
        return _save(about, said, None, actor, at)


def correct(note: CoordinationNote, said: Said, *, actor: User, at: datetime) -> CoordinationNote:
    """Says anew what a note says wrongly, about the same offices and case; both stay in the log.

    Raises Conflict when it was corrected before: then the correction is what is to be corrected.
    """
    about = About(note.platform, note.agency, note.case)
    _refuse_strangers(actor, about.case)
    _check(about, said, at)
    try:
        with transaction.atomic():
            return _save(about, said, note, actor, at)
    except IntegrityError as error:
        told = _("This entry was corrected meanwhile. Correct the newer one.")
        raise Conflict(told) from error


def _refuse_strangers(actor: User, case: Case | None) -> None:
    if actor.role not in STAFF:
        raise Refused(permissions.wrong_role(STAFF))
    if case is not None and not permissions.is_visible(actor, case):
        raise Refused(permissions.not_found())


def _check(about: About, said: Said, at: datetime) -> None:
    wrong: dict[str, str] = {}
    if about.platform is None and about.agency is None:
        wrong["platform"] = _("Choose the platform or the office with which it was.")
    if said.kind == CoordinationNote.Kind.NO_REQUEST and about.agency is None:
        wrong["agency"] = _("Choose the office that was asked.")
    case, platform = about.case, about.platform
    if case is not None and platform is not None and case.platform_id != platform.pk:
        wrong["case"] = _("This case is about another platform.")
    if not plain(said.taking_part):
        wrong["taking_part"] = _("Say which offices took part, and in which role.")
    if not plain(said.text):
        wrong["text"] = _("Write what was said.")
    if said.happened_on > policy.pack().day(at):
        wrong["happened_on"] = _("This day has not come yet.")
    if said.follow_up_on is not None and said.follow_up_on < said.happened_on:
        wrong["follow_up_on"] = _("This lies before the day on which it was said.")
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})


def _save(
    about: About, said: Said, corrects: CoordinationNote | None, actor: User, at: datetime
) -> CoordinationNote:
    note = CoordinationNote(
        kind=said.kind,
        platform=about.platform,
        agency=about.agency,
        case=about.case,
        happened_on=said.happened_on,
        taking_part=plain(said.taking_part),
        text=plain(said.text),
        follow_up_on=said.follow_up_on,
        corrects=corrects,
        written_by=actor,
        written_at=at,
    )
    note.save()
    audit.record(
        "coordination.corrected" if corrects else "coordination.noted",
        f"coordination:{note.pk}",
        actor=actor,
        at=at,
        thread=about.case.thread if about.case else "",
        data={
            "said": said.kind,
            "platform": about.platform.slug if about.platform else "",
            "agency": about.agency.pk if about.agency else None,
            "corrects": corrects.pk if corrects else None,
        },
        is_sealed=about.case is not None and about.case.handling == Handling.SEALED,
    )
    return note
