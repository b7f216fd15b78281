"""Who may tell us what, and who sees what was told. Every page and call starts from here."""

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal.errors import Refused
from moderation_portal.policy import pack
from moderation_portal.roles import AUDITORS, STAFF, Allowed, Denied, Role, Verdict

from .models import (
    Agency,
    ContactPoint,
    Evidence,
    FormalRequest,
    Handling,
    Petition,
    Report,
    ReporterKind,
    ReportItem,
)

# As whom each role tells what it has seen itself.
OWN_KIND: dict[str, ReporterKind] = {
    Role.PUBLIC: ReporterKind.PUBLIC,
    Role.ORGANISATION: ReporterKind.ORGANISATION,
    Role.MONITOR: ReporterKind.MONITOR,
    Role.DETECTOR: ReporterKind.DETECTOR,
    Role.SYSTEM: ReporterKind.REGULATOR,
    **dict.fromkeys(STAFF, ReporterKind.REGULATOR),
}
# On whose behalf each role may speak. Staff also enter what came on paper (art. 14(2)).
MAY_SPEAK_AS: dict[str, frozenset[str]] = {
    **{role: frozenset({kind}) for role, kind in OWN_KIND.items()},
    Role.POLICE: frozenset({ReporterKind.POLICE, ReporterKind.AGENCY, ReporterKind.COURT}),
    Role.SYSTEM: frozenset(ReporterKind),
    **dict.fromkeys(STAFF, frozenset(ReporterKind) - {ReporterKind.DETECTOR}),
}
TELLERS = frozenset({Role.ORGANISATION, Role.MONITOR, Role.DETECTOR})
MAY_TELL = STAFF | TELLERS - {Role.DETECTOR}  # on the page: a machine calls the API
MAY_FILE = STAFF | {Role.POLICE}
MAY_READ_REQUESTS = MAY_FILE | AUDITORS
MAY_IMPORT = STAFF | {Role.ORGANISATION, Role.MONITOR, Role.SYSTEM}


def may_speak_as(actor, kind: str, area: str = "") -> Verdict:
    """Whether `actor` may hand in a telling as a reporter of this kind, about this area."""
    if kind not in MAY_SPEAK_AS.get(actor.role, frozenset()):
        return Denied(_("You cannot report in this name."))
    if actor.role == Role.MONITOR and not actor.area:
        return Denied(_("You have no area yet. Ask the steward to enter it."))
    if actor.role == Role.MONITOR and area and not within(area, actor.area):
        return Denied(_("This is outside your area. Report accounts of your own area only."))
    return Allowed()


def within(area: str, own: str) -> bool:
    """Whether the Kemendagri code `area` is `own` or lies inside it."""
    return bool(own) and (area == own or area.startswith(f"{own}."))


def reports_visible_to(user, *, by_key: bool = False) -> QuerySet[Report]:
    """The reports that this person may know of; their own include those that are sealed.

    A key (`by_key`) is held by whoever has it, so it opens nothing that is sealed.
    """
    reports = Report.objects.all()
    if by_key:
        reports = reports.filter(handling=Handling.ORDINARY)
    if user.role in STAFF | AUDITORS:
        return reports if user.is_cleared else reports.filter(handling=Handling.ORDINARY)
    if user.role in TELLERS:
        return reports.filter(reporter__user_id=user.pk)
    if user.role == Role.POLICE:
        return reports.filter(formal_request__agency__in=_agencies_of(user))
    return reports.none()


def _agencies_of(user) -> QuerySet[Agency]:
    """The agencies for which this person is a contact point still."""
    points = ContactPoint.objects.filter(user_id=user.pk, ended_on=None, is_active=True)
    return Agency.objects.filter(pk__in=points.values("agency"))


def state_told(user, item: ReportItem) -> ReportItem.State:
    """The state of an item as this person may know it.

    Whether somebody else has told of an account is for the regulator alone: in a sealed matter it
    would say that there is one.
    """
    is_inside = user.role in STAFF | AUDITORS
    state = ReportItem.State(item.state)
    is_joined = state == ReportItem.State.DUPLICATE
    return ReportItem.State.ACCEPTED if is_joined and not is_inside else state


def requests_visible_to(user) -> QuerySet[FormalRequest]:
    """The formal requests that this person may know of: staff all, the police their agency's.

    What somebody writes and has not said the category of may turn out to be sealed: until then
    only its author, the agency and the cleared know of it. A letter that came by mail has no
    author, and whoever opens the mail must say what it is about.
    """
    requests = FormalRequest.objects.all()
    if user.role in STAFF | AUDITORS:
        if user.is_cleared:
            return requests
        unsaid = Q(category="", created_by__isnull=False) & ~Q(created_by_id=user.pk)
        return requests.exclude(category__in=sealed_categories()).exclude(unsaid)
    if user.role == Role.POLICE:
        return requests.filter(Q(agency__in=_agencies_of(user)) | Q(created_by_id=user.pk))
    return requests.none()


def petitions_visible_to(user) -> QuerySet[Petition]:
    """The petitions that this person may read: staff and auditors all."""
    return Petition.objects.all() if user.role in STAFF | AUDITORS else Petition.objects.none()


def sealed_categories() -> list[str]:
    """The codes of the categories whose matters are sealed, older versions included."""
    return [one.code for one in pack().sections["categories"] if one.handling == Handling.SEALED]


def evidence_visible_to(user) -> QuerySet[Evidence]:
    """The files that this person may open: of what they may know of, and those in quarantine only
    if they are cleared. To everybody else such a file does not exist."""
    files = shown_outside(Evidence.objects.all(), user).filter(
        Exists(reports_visible_to(user).filter(pk=OuterRef("report_id")))
        | Exists(requests_visible_to(user).filter(pk=OuterRef("formal_request_id")))
        | Exists(petitions_visible_to(user).filter(pk=OuterRef("petition_id")))
    )
    return files if user.is_cleared else files.filter(is_quarantined=False)


def shown_outside(files: QuerySet[Evidence], user) -> QuerySet[Evidence]:
    """Of these files those that may be named to this person: to whoever is not of the house, of a
    file with covered parts the newest copy only, beside what they handed in themselves."""
    if user.role in STAFF | AUDITORS:
        return files
    copy = Q(redacts=OuterRef("pk"))
    newer_copy = Q(redacts=OuterRef("redacts"), added_at__gt=OuterRef("added_at"))
    covered = Exists(Evidence.objects.filter(copy | newer_copy))
    return files.filter(~covered | Q(added_by_id=user.pk))


def only_staff(actor, *, also: frozenset[Role] = frozenset()) -> None:
    """Raises Refused for everybody who is not the regulator's own staff, or one of `also`."""
    if actor.role not in STAFF | also:
        raise Refused(_("Only the regulator's own staff may do this."))


def own_kind(actor) -> str:
    """The `ReporterKind` as which this person or machine speaks for itself."""
    return OWN_KIND.get(actor.role, actor.role)


def may_file(actor) -> Verdict:
    """Whether `actor` may write and hand in formal requests."""
    if actor.role in MAY_FILE | {Role.SYSTEM}:
        return Allowed()
    return Denied(_("Only contact points and the regulator's staff file formal requests."))


def may_verify(actor) -> Verdict:
    """Whether `actor` may judge a machine's finding: a person of the regulator's staff."""
    if actor.role in STAFF:
        return Allowed()
    return Denied(_("Only the regulator's own staff may judge a finding."))


def may_import(actor) -> Verdict:
    """Whether `actor` may hand in a file of many reports."""
    if actor.role in MAY_IMPORT:
        return Allowed()
    return Denied(_("You cannot import files. Ask an officer to do it."))
