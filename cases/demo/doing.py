"""What the people of the demo do, by the product's own verbs, on the story's clock."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import PUBLIC, Actor, Role
from reports import intake
from reports.evidence import Prepared, prepare
from reports.models import Evidence, Report, ReporterKind

from .. import answers, checklists, decisions, removal
from ..models import Case, NoticeItem, Target
from . import papers
from .passing import Passing, work

Tell = Callable[[str, datetime], None]

OFFER = {
    "legality": "Profil menawarkan jasa seksual secara terbuka dan mencantumkan tarif.",
    "aim": "Melindungi masyarakat dan mereka yang mungkin dieksploitasi.",
    "remedy": "account",
    "necessity": "Seluruh profil dipakai untuk penawaran; satu unggahan saja tidak cukup.",
}


@dataclass
class Stage:
    """Where the story stands: its people, its clock, and somebody who hears each step."""

    people: dict[str, User]
    clock: Passing
    tell: Tell

    def step(self, what: str, at: datetime) -> datetime:
        """Lets time pass until `at` and says what happens then."""
        self.clock.to(at)
        self.tell(what, at)
        return at


def warga() -> intake.ReporterFacts:
    """A member of the public who wants to hear what comes of it."""
    return intake.ReporterFacts(
        kind=ReporterKind.PUBLIC, name="Warga Contoh", email="warga@surat.example"
    )


def receive(at: datetime, *lines: intake.Line, actor=PUBLIC, **facts) -> Report:
    """Hands one complete telling in and lets the workers open its case."""
    told: dict[str, Any] = {
        "reporter": warga(),
        "channel": Report.Channel.WEB,
        "category": "prostitution",
        "reason": "Profil ini terang-terangan menawarkan jasa prostitusi (Open BO).",
        "is_good_faith": True,
        "seen_at": at - timedelta(hours=2),
        "wants_receipt": True,
        "telling_key": f"demo-{at.isoformat()}-{lines[0].text}",
    } | facts
    (received,) = intake.receive([intake.Telling(lines=lines, **told)], actor=actor, at=at)
    if received.report_id is None:
        raise AssertionError(received.reason)
    work(at)
    return Report.objects.get(pk=received.report_id)


def pictures(category: str) -> tuple[Prepared, ...]:
    """The screenshot that the law wants of the public; none where the matter is sexual."""
    found = policy.pack().category(category)
    if not found.screenshot_from_public:
        return ()
    kind = Evidence.Kind.SCREENSHOT
    return (prepare(papers.screenshot(), kind=kind, source=ReporterKind.PUBLIC, category=found),)


def case_of(report: Report) -> Case:
    """The case that this report opened or joined."""
    return Case.objects.filter(targets__joinings__item__report=report).distinct().get()


def claim(case: Case, person: User, at: datetime) -> None:
    """Takes the case and opens its page."""
    decisions.claim([case.pk], actor=person, at=at).insist()
    decisions.open_page(case, actor=person, at=at)


def uphold(case: Case, author: User, at: datetime, *, reasons: str, test: dict = OFFER) -> None:
    """Ticks the checklist and upholds the case on every provision of its category."""
    pack = policy.pack()
    checklist = [line.code for line in pack.checklist(case.category, at)]
    bases = [basis.code for basis in pack.bases_for(case.category, at)]
    checklists.tick([case.pk], lines=checklist, actor=author, at=at).insist()
    decisions.uphold(
        [case.pk], bases=bases, test=test, reasons=reasons, actor=author, at=at
    ).insist()


def approve(case: Case, person: User, at: datetime) -> None:
    """Reads the case and gives the second person's yes."""
    decisions.open_page(case, actor=person, at=at)
    decisions.approve([case.pk], actor=person, at=at).insist()


def decide(
    clock: Passing, case: Case, author: User, second: User, at: datetime, *, reasons: str
) -> datetime:
    """Claim, uphold and approve, as two persons do it on the page; returns when it was done."""
    claim(case, author, clock.to(at))
    uphold(case, author, clock.to(at + timedelta(minutes=11)), reasons=reasons)
    at = clock.to(at + timedelta(minutes=45))
    approve(case, second, at)
    return at


def say(case: Case, code: str, at: datetime, *, by=None, targets=None, reason: str = "") -> None:
    """The platform's answer: by a representative, or else by the link of the e-mail."""
    targets = targets or list(Target.objects.filter(case=case))
    items = list(NoticeItem.objects.filter(target__in=targets).select_related("notice__platform"))
    notice = items[0].notice
    contact, actor = None, by
    if actor is None:
        contact = notice.platform.contacts.earliest("rung", "pk")
        actor = Actor(Role.RESPONDER, contact.name)
    answers.take(
        notice,
        [answers.Given(item.pk, code, reason=reason) for item in items],
        actor=actor,
        channel="portal" if by else "link",
        contact=contact,
        at=at,
    )
    work(at)


def look(case: Case, result: str, person: User, at: datetime) -> None:
    """A person's own look at every account of a case."""
    ids = list(Target.objects.filter(case=case).values_list("pk", flat=True))
    note = "Dibuka dari perangkat tanpa masuk."
    removal.observe(ids, result, actor=person, method="person", note=note, at=at)
    work(at)
