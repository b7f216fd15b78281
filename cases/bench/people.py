"""The invented people of a measurement, and what they do with a case, by the verbs."""

from dataclasses import dataclass
from datetime import datetime

from cases import answers, checklists, decisions, notices, opening
from cases.models import Answer, Case, Notice
from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import STAFF, Role
from platforms.models import Platform, Representative
from reports import intake
from reports.intake import Telling

from .tellings import one_telling

CATEGORY = "gambling"
TEST = {
    "legality": "Akun mempromosikan situs judi.",
    "aim": "Melindungi masyarakat.",
    "remedy": "account",
    "necessity": "Akun ini tidak memuat hal lain.",
}


@dataclass(frozen=True)
class People:
    """Two who decide, three more who hold cases, and one who answers for MiChat."""

    author: User
    approver: User
    holders: tuple[User, ...]
    representative: User


def invent() -> People:
    """Makes them; nobody can sign in as one of them, for they have no passwords."""
    responder = _person("responder", Role.RESPONDER)
    Representative.objects.create(
        user=responder,
        platform=Platform.objects.get(slug="michat"),
        kind=Representative.Kind.RESPONDER,
    )
    return People(
        author=_person("author", Role.CASEWORKER),
        approver=_person("approver", Role.SUPERVISOR),
        holders=tuple(_person(f"holder{n}", Role.CASEWORKER) for n in range(3)),
        representative=responder,
    )


def _person(name: str, role: str) -> User:
    made = User.objects.create_user(f"{name}@bench.example", None, name=name.title(), role=role)
    if role in STAFF:
        made.is_cleared = False
    return made


def order(size: int, people: People, *, at: datetime, seed: int) -> tuple[Case, Notice]:
    """A case of so many accounts, upheld, approved, ordered and served through the portal."""
    told = one_telling(people.author, size, category=CATEGORY, at=at, seed=seed)
    case = opened(told, people, at=at)
    decide(case, people, at=at)
    (issued,) = notices.gather(at, is_asked=True).issued
    notice = Notice.objects.get(pk=issued)
    notices.open_in_portal(notice, actor=people.representative, at=at)
    return case, notice


def opened(told: Telling, people: People, *, at: datetime) -> Case:
    """The case that one telling opens."""
    (received,) = intake.receive([told], actor=people.author, at=at)
    if received.report_id is None:
        raise AssertionError(received.reason)
    (pk,) = opening.open_or_join([received.report_id], at=at).cases
    return Case.objects.get(pk=pk)


def answer(notice: Notice, people: People, *, at: datetime) -> None:
    """The platform says of every account that it is removed."""
    given = [answers.Given(item.pk, Answer.Code.REMOVED) for item in notice.items.all()]
    answers.take(notice, given, actor=people.representative, channel="portal", at=at)


def decide(case: Case, people: People, *, at: datetime) -> None:
    """The checklist ticked, the case upheld by one and approved by another."""
    pack = policy.pack()
    bases = pack.bases_for(case.category, at)
    basis = next(basis.code for basis in bases if basis.kind == "prohibition")
    lines = [line.code for line in pack.checklist(case.category, at)]
    author, approver = people.author, people.approver
    decisions.open_page(case, actor=author, at=at)
    decisions.claim([case.pk], actor=author, at=at).insist()
    checklists.tick([case.pk], lines=lines, actor=author, at=at).insist()
    decisions.uphold(
        [case.pk], bases=[basis], test=TEST, reasons="Melanggar.", actor=author, at=at
    ).insist()
    decisions.open_page(case, actor=approver, at=at)
    decisions.approve([case.pk], actor=approver, at=at).insist()
