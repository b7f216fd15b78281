"""A request of the police, a ministry or a court: a letter, its facts, and the accounts it names.

Permenkominfo 5/2020 art. 16(4) demands an official letter, a legal analysis, a screenshot and
specific addresses; art. 17(1) lets it come through a registered contact point only. A draft may
lack anything; a submitted request lacks nothing, and its reports go in by the one door.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Case, Count, F, When
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.policy import pack
from moderation_portal.roles import STAFF, Role

from . import completeness, evidence, intake, pasting, permissions
from .completeness import Gap
from .models import ContactPoint, Evidence, FormalRequest, Report, ReportItem
from .pasting import PastedLine
from .receipts import JOINED
from .tellings import Line, ReporterFacts, Telling
from .texts import plain

# What a person writes into a draft; everything else is set by the verbs.
WRITABLE = (
    "contact_point",
    "unit",
    "officer",
    "letter_number",
    "letter_date",
    "case_number",
    "article",
    "legal_analysis",
    "urgency_reason",
    "is_urgent",
    "confidential_until",
    "is_preservation_wanted",
    "category",
    "locators",
)
LINES_A_REPORT = 1_000
DRAFT = (FormalRequest.State.DRAFT,)
# What may be written on: what was returned becomes a draft again.
OPEN = (*DRAFT, FormalRequest.State.RETURNED)


def save_draft(
    request: FormalRequest | None,
    facts: Mapping[str, object],
    *,
    actor,
    at: datetime,
    uploads: Iterable[evidence.Prepared] = (),
) -> FormalRequest:
    """Saves what is there so far; makes a new draft when `request` is None.

    `facts` are values of `WRITABLE` fields. The agency follows from the contact point. Raises
    Refused for a request that is not this person's, Conflict for one that was submitted meanwhile.
    """
    with transaction.atomic():
        draft = _draft_for(request, actor, at, states=OPEN)
        for field in WRITABLE:
            if field in facts:
                value = facts[field]
                setattr(draft, field, plain(value) if isinstance(value, str) else value)
        if actor.role == Role.POLICE:
            draft.contact_point = own_contact_point(actor, at=at)
        if draft.contact_point is not None:
            draft.agency = draft.contact_point.agency
        _check_lengths(draft)
        draft.state = FormalRequest.State.DRAFT
        is_new = draft.pk is None
        draft.save()
        for upload in uploads:
            evidence.keep(upload, formal_request=draft, actor=actor, at=at)
        if draft.category:
            category = pack().category(draft.category, at)
            evidence.lock_away(draft.evidence.all(), category, actor=actor, at=at)
        _record("request.drafted" if is_new else "request.saved", draft, actor, at)
    return draft


def submit(
    request: FormalRequest, *, actor, at: datetime, leave_broken: bool = False
) -> list[intake.Received]:
    """Hands a draft in: its reports go through `intake.receive`, at most 1,000 accounts each.

    Raises Invalid with `detail["gaps"]` for what the law demands and is missing, and with
    `detail["lines"]` for lines that name no account (unless `leave_broken`: they then wait in the
    report for somebody to mend them); Refused when no registered contact point files it; Conflict
    when the same letter was handed in before.
    """
    with transaction.atomic():
        draft = _draft_for(request, actor, at)
        lines = pasting.read_text(draft.locators)
        missing = gaps(draft, at=at)
        if missing:
            raise Invalid(
                _("This request is not complete. Add what is missing and hand it in again."),
                {"gaps": [gap.as_json() for gap in missing]},
            )
        broken = [line for line in lines if line.state == pasting.BROKEN]
        if broken and (not leave_broken or len(broken) == len(lines)):
            raise Invalid(
                _("Some lines name no account. Mend them, or hand the request in without them."),
                {"lines": [{"number": one.number, "problem": one.problem} for one in broken]},
            )
        draft.state, draft.submitted_at = FormalRequest.State.SUBMITTED, at
        draft.handling = pack().category(draft.category, at).handling
        _save_once(draft, actor)
        _record("request.submitted", draft, actor, at, accounts=len(lines))
        return intake.receive(_tellings(draft, lines), actor=actor, at=at)


def send_back(request: FormalRequest, reason: str, *, actor, at: datetime) -> FormalRequest:
    """Returns a draft, or a letter read from the mail, to its sender with the reason, which stands
    on its page (`why_returned`) until it is saved again."""
    if actor.role not in STAFF:
        raise Refused(_("Only the regulator's own staff may return a request."))
    if not reason.strip():
        raise Invalid(_("Say why the request is returned, so that the sender can mend it."))
    with transaction.atomic():
        draft = _draft_for(request, actor, at)
        draft.state = FormalRequest.State.RETURNED
        draft.save(update_fields=["state"])
        _record("request.returned", draft, actor, at, reason=plain(reason))
    return draft


def why_returned(request: FormalRequest) -> Event | None:
    """The event that tells who returned a request that lies with its sender, when and why."""
    if request.state != FormalRequest.State.RETURNED:
        return None
    told = Event.objects.filter(thread=f"request:{request.pk}", kind="request.returned")
    return told.order_by("-id").first()


def gaps(
    request: FormalRequest, *, at: datetime, registered: Collection[int] | None = None
) -> list[Gap]:
    """What the law still demands of a request; without a category what it demands in every one.

    `registered` are the ids of `active_contact_points`, for who asks of many requests.
    """
    met = _met(request, at, registered)
    source = source_of(request)
    demands = pack().requirements(source, at)
    if not request.category:
        return [
            Gap("category", _("Choose what the request is about; some demands depend on it.")),
            *(
                completeness.gap_of(one)
                for one in demands
                if one.code not in met and not one.only_for and not one.except_for
            ),
        ]
    return completeness.gaps(source, pack().category(request.category, at), met, at=at)


def source_of(request: FormalRequest) -> str:
    """Whose request it is: police, agency or court, by the agency that files it."""
    return request.agency.kind if request.agency else "police"


def own_contact_point(actor, *, at: datetime) -> ContactPoint | None:
    """The contact point as which this person is registered on the day of `at`, or None."""
    return active_contact_points(at=at).filter(user_id=actor.pk).first()


def active_contact_points(*, at: datetime):
    """The contact points that may file on the day of `at` (art. 17(1))."""
    today = pack().day(at)
    points = ContactPoint.objects.select_related("agency").filter(is_active=True)
    return points.filter(registered_on__lte=today).exclude(ended_on__lt=today)


def outcomes_of(
    ids: Collection[int], by: str = "report__formal_request"
) -> dict[int, dict[str, int]]:
    """Id of a request (or of a report, `by` "report") -> how many of its accounts stand where, by
    what their reporter may know: a progress, or a state for those that no case has."""
    here = Case(
        When(state__in=(ReportItem.State.RECEIVED, *JOINED), then=F("progress")),
        default=F("state"),
    )
    items = ReportItem.objects.filter(**{f"{by}__in": ids})
    counted = items.annotate(said=here).values_list(by, "said")
    found: dict[int, dict[str, int]] = {}
    for pk, said, count in counted.annotate(n=Count("pk")).order_by():
        found.setdefault(pk, {})[said] = count
    return found


def _tellings(draft: FormalRequest, lines: Sequence[PastedLine]) -> list[Telling]:
    point, agency = draft.contact_point, draft.agency
    if point is None or agency is None:
        raise Refused(_("Only contact points and the regulator's staff file formal requests."))
    reporter = ReporterFacts(
        kind=source_of(draft),
        user=point.user,
        name=point.name,
        email=point.email,
        area=agency.area,
    )
    wanted = [Line(text=line.text) for line in lines if line.state != pasting.REPEATED]
    return [
        Telling(
            reporter=reporter,
            channel=Report.Channel.LETTER,
            category=draft.category,
            lines=tuple(wanted[start : start + LINES_A_REPORT]),
            reason=draft.legal_analysis,
            is_good_faith=True,
            formal_request=draft,
        )
        for start in range(0, len(wanted), LINES_A_REPORT)
    ]


def _draft_for(
    request: FormalRequest | None, actor, at: datetime, *, states: Collection[str] = DRAFT
) -> FormalRequest:
    """The draft, locked; a new one for None. Only who may see it may touch it."""
    allowed = permissions.may_file(actor)
    if not allowed:
        raise Refused(allowed.reason)
    if request is None or request.pk is None:
        return FormalRequest(created_by_id=actor.pk, created_at=at, source="form")
    visible = FormalRequest.objects.all()
    if actor.role != Role.SYSTEM:
        visible = FormalRequest.objects.filter(
            pk__in=permissions.requests_visible_to(actor).values("pk")
        )
    draft = visible.select_for_update().filter(pk=request.pk).first()
    if draft is None:
        raise Refused(_("This request is not yours to change."))
    if draft.state not in states:
        raise Conflict(
            _("This request is no draft any more: it is %(state)s.")
            % {"state": draft.get_state_display()}
        )
    return draft


def _met(request: FormalRequest, at: datetime, registered: Collection[int] | None) -> set[str]:
    files = {file.kind for file in request.evidence.all()} if request.pk else set()
    point = request.contact_point
    if registered is None:
        registered = active_contact_points(at=at).values_list("pk", flat=True)
    is_registered = point is not None and point.pk in registered
    facts = {
        "contact_point_registered": is_registered,
        "signed_letter": Evidence.Kind.LETTER in files,
        "screenshot": Evidence.Kind.SCREENSHOT in files,
        "designation_document": Evidence.Kind.OTHER in files,
        "letter_number": bool(request.letter_number),
        "letter_date": request.letter_date is not None,
        "legal_analysis": bool(request.legal_analysis),
        "urgency_reason": bool(request.urgency_reason),
        completeness.LOCATOR: bool(request.locators.strip()),
    }
    return {code for code, is_there in facts.items() if is_there}


def _check_lengths(draft: FormalRequest) -> None:
    for field in draft._meta.fields:
        value = getattr(draft, field.attname)
        if field.max_length and isinstance(value, str) and len(value) > field.max_length:
            raise Invalid(
                _("“%(field)s” is too long: %(length)s characters, at most %(most)s.")
                % {"field": field.verbose_name, "length": len(value), "most": field.max_length}
            )


def _save_once(draft: FormalRequest, actor) -> None:
    try:
        with transaction.atomic():
            draft.save()
    except IntegrityError as error:
        visible = permissions.requests_visible_to(actor)
        earlier = visible.filter(
            agency=draft.agency,
            letter_number=draft.letter_number,
            letter_date=draft.letter_date,
            handling=draft.handling,
            state=FormalRequest.State.SUBMITTED,
        ).first()
        if earlier is None:
            raise Conflict(_("This letter was handed in before.")) from error
        raise Conflict(
            _("This letter was handed in before. Open the earlier request instead."),
            {"request": earlier.pk},
        ) from error


def _record(kind: str, draft: FormalRequest, actor, at: datetime, **data) -> None:
    is_sealed = draft.category in permissions.sealed_categories()
    audit.record(kind, f"request:{draft.pk}", actor=actor, at=at, data=data, is_sealed=is_sealed)
