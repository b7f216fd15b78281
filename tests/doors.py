"""Every address of the portal with something behind it: one world, and what stands at each name.

`tests/test_doors.py` says who may open which; an address that nobody listed there fails.
"""

from datetime import date

from django.urls import URLPattern, get_resolver

from cases import absences, coordination, notices, searches, second_looks
from cases.appeals import filing
from cases.many import KIND
from cases.models import Case, ChecklistAddition, Hold, LookPicture, Notice, Observation
from moderation_portal import account_mail, series
from moderation_portal.letter_texts import LetterText
from moderation_portal.models import Job, OutboxMessage, User
from platforms.models import Contact
from reports import csv_import, operations
from reports.import_files import Layout
from reports.models import Question, RoutingRule
from tests import incoming, world
from tests.cases.blocks.doing import ordered
from tests.cases.fines.doing import assessed, committed, reached, warned
from tests.cases.holds.doing import asked, request_for
from tests.cases.replies.doing import read
from tests.cases.team.test_second_looks import closed
from tests.cases.test_coordination import write as said
from tests.cases.test_disputes import opened as disputed
from tests.platforms.test_deputies import named
from tests.reports.test_custody import in_matter, shot
from tests.reports.test_formal import draft
from tests.reports.test_mending import waiting
from tests.reports.test_operations import WHOLE
from tests.reports.test_petitions import signed
from tests.reports.test_questions import ask, in_a_case
from tests.reports.test_verification import finding
from tests.world import AT, HOUR

DAY = AT.date()
LINE = {"because": "SK 4/2026", "valid_from": date(2026, 1, 1), "is_active": False}
LAYOUT = Layout("csv", "utf-8", ",", ("account",), start=0, rows=1)
LETTER = {"code": "order", "language": "id", "source": "", "because": "SK 4/2026"}

# Which addresses name a row of which sort. What may be sealed is told apart in `hidden`.
NAMED = {
    "case": "case note tick record observe looks weigh restore similar move merge verb send_now",
    "notice": "notice fine_new block_new sign correct override letter send_again answer "
    "answer_letter answer_list dispute appeal_new platform_appeal",
    "appeal": "appeal",
    "block": "block",
    "access": "access_letter",
    "fixed": "approve_correction",
    "bulk_job": "bulk_job",
    "search": "saved_search",
    "sample": "sample",
    "look": "look",
    "absence": "absence_end",
    "said": "coordination_correct",
    "disputed": "dispute_decide",
    "fine": "fine platform_fine fine_commitment",
    "hold": "hold",
    "line": "checklist_line checklist_off",
    "platform": "platform systemic",
    "unit": "unit",
    "mail": "message",
    "picture": "look_picture look_image",
    "responder": "platform_person_off",
    "deputy": "deputy_end",
    "hook": "webhook_test",
}
NAMED = {kind: [f"cases:{name}" for name in told.split()] for kind, told in NAMED.items()}
OF_REPORTS = {
    "request": "request_edit request_submit request_return",
    "petition": "petition petition_sign petition_return petition_identity petition_letter",
    "report": "report attach",
    "file": "evidence picture redact",
    "rule": "rule rule_off rule_on",
    "job": "job job_errors",
    "item": "mend",
    "finding": "finding",
    "question": "answer",
    "operation": "operation_correct",
}
NAMED |= {kind: [f"reports:{name}" for name in told.split()] for kind, told in OF_REPORTS.items()}
NAMED["case"] += ["api:case", "api:case_verb"]
NAMED["notice"] += ["api:notice", "api:notice_letter", "api:notice_answers"]
NAMED |= {"number": ["api:report_status"], "letter_text": ["letter_text_end"], "change": ["change"]}
NAMED["dead"] = ["dead_letter"]
SPOKEN = ("letter_text", "letter_text_pdf", "letter_text_mail")
# What stands in an address behind the row.
BEHIND = {"cases:verb": ["assign"], "api:case_verb": ["assign"], "cases:answer_list": ["csv"]}


def names() -> set[str]:
    """The name of every address, but those of the admin and of signing in, which are not ours."""
    found: set[str] = set()

    def walk(resolver, space: str) -> None:
        for one in resolver.url_patterns:
            if isinstance(one, URLPattern):
                found.update([f"{space}{one.name}"] if one.name else [])
            elif one.namespace != "admin":
                walk(one, f"{space}{one.namespace}:" if one.namespace else space)

    walk(get_resolver(), "")
    return {name for name in found if not name.startswith(("account_", "mfa_"))}


def arguments(rows: dict) -> dict[str, list]:
    """What stands in each address that names a row of these, by its sort."""
    found = {
        name: [rows[kind], *BEHIND.get(name, [])]
        for kind, told in NAMED.items()
        if kind in rows
        for name in told
    }
    return found | {name: ["order", "id"] for name in SPOKEN}


def furnish() -> dict:
    """Puts something behind every address that names a row."""
    return _at_desk() | _of_reports() | _of_others()


def hidden() -> dict:
    """The same of sealed matters, as far as there are any."""
    made = world.served_notice("michat: mawar_contoh", category=world.CHILD)
    case = Case.objects.get(targets__notice_items__notice=made)
    world.cleared_sri()
    closed("rahasia", world.citra, world.child_case)
    days = {"begins_on": DAY, "ends_on": DAY, "actor": world.cleared_sri(), "at": AT}
    sample = second_looks.draw(1, looker=world.cleared_sri(), handling="sealed", **days)
    rina = world.rina()
    rina.is_cleared = True
    told = coordination.About(world.michat(), case=case)
    item = waiting(category=world.CHILD)
    return {
        "case": case.pk,
        "notice": made.pk,
        "sample": sample.pk,
        "look": sample.looks.get().pk,
        "said": said(told, actor=world.citra()).pk,
        "disputed": disputed(made, actor=rina).pk,
        "appeal": appealed(made, world.cleared_sri()),
        "fine": assessed(warned(made, world.cleared_sri()), approver=world.cleared_sri()).pk,
        **blocked(made, world.cleared_sri(), world.citra()),
        "hold": followed().pk,
        "report": case.targets.get().joinings.get().item.report_id,
        "item": item.pk,
        "file": in_matter(world.CHILD).pk,
        "finding": finding("MiChat: mesin_6", world.CHILD),
        "dead": dead(is_sealed=True),
        "mail": read(incoming.mail(text=f"Tentang {made.number}.")).pk,
    }


def _at_desk() -> dict:
    served = world.served_notice()
    wrong = world.served_notice("michat: salah_2")
    closed()
    drawn = {"looker": world.dewi(), "begins_on": DAY, "ends_on": DAY, "actor": world.sri()}
    sample = second_looks.draw(1, at=AT, **drawn)
    query = {"verb": "claim", "query": "view=open", "count": 0, "said": {}}
    days = {"kind": "leave", "begins_on": DAY, "ends_on": DAY, "actor": world.sri(), "at": AT}
    return {
        "case": Case.objects.get(targets__notice_items__notice=served).pk,
        "notice": served.pk,
        "fixed": notices.correct(wrong, change="A typo.", actor=world.bima(), at=AT).pk,
        "bulk_job": job(KIND, query),
        "search": searches.save({"view": "open"}, "Baru", owner=world.ayu(), at=AT).pk,
        "sample": sample.pk,
        "look": sample.looks.get().pk,
        "absence": absences.enter(world.bima(), substitute=world.ayu(), **days).pk,
        "said": said().pk,
        "disputed": disputed(served).pk,
        "appeal": appealed(served, world.sri()),
        "fine": committed(reached(assessed(warned(served)))).pk,
        **blocked(served, world.sri(), world.dewi()),
        "mail": read(incoming.mail()).pk,
        "picture": pictured(),
        "line": ChecklistAddition.objects.create(text="Periksa", text_en="Check", **LINE).pk,
    }


def _of_reports() -> dict:
    file, ngo = shot(), world.ngo()
    told = {"reporter": world.intake.ReporterFacts(kind="organisation", user=ngo), "actor": ngo}
    ask(*in_a_case("MiChat: tanya_4", **told))
    return {
        "request": draft(uploads=["letter"]).pk,
        "petition": signed().pk,
        "report": file.report_id,
        "number": f"R26-{file.report_id:07d}",
        "file": file.pk,
        "rule": RoutingRule.objects.create(place=10, **LINE).pk,
        "job": job(csv_import.KIND, {"layout": LAYOUT.as_json()}),
        "item": waiting().pk,
        "finding": finding("MiChat: mesin_5"),
        "question": Question.objects.get().pk,
        "hold": followed().pk,
        "operation": operations.log(**WHOLE, actor=world.lurah(), at=AT).pk,
    }


def _of_others() -> dict:
    return {
        "platform": world.michat().pk,
        "unit": world.polda().pk,
        "responder": world.joko().representative.pk,
        "deputy": named().pk,
        "hook": hook().pk,
        "letter_text": LetterText.objects.create(valid_from=DAY, is_active=False, **LETTER).pk,
        "change": 0,
        "dead": dead(),
    }


def appealed(made: Notice, who: User) -> int:
    """An appeal about an account of this notice, by own motion."""
    account = made.items.earliest("position").locator
    return filing.open_by_motion(made, account, "Ragu.", actor=who, at=AT).pk


def blocked(served, entering, issuing) -> dict:
    """A block that followed from this order, and one of its letters."""
    made = ordered(served, entering=entering, issuing=issuing)
    return {"block": made.pk, "access": made.letters.earliest("provider").pk}


def dead(is_sealed: bool = False) -> int:
    """A mail that could not be delivered."""
    facts = {"lane": "internal", "topic": account_mail.TOPIC, "due_at": AT, "created_at": AT}
    made = OutboxMessage.objects.create(state="dead", is_sealed=is_sealed, **facts)
    return series.scatter(OutboxMessage._meta.db_table, [made.pk])[0]


def followed() -> Hold:
    """A Hold that the police have asked for; the formal request behind it is no secret."""
    request = {"letter_number": "B/118/2026", "at": AT - HOUR}
    return Hold.objects.first() or asked(request_for("MiChat: diikuti_8", **request))[0]


def pictured() -> int:
    """A picture of a look, of which the file is lost."""
    case = world.case("michat: gambar_3")
    Case.objects.filter(pk=case.pk).update(category="gambling")
    target, text = case.targets.get(), "0" * 64
    seen = {"result": "present", "method": "probe", "proof": {"text_sha256": text}}
    look = Observation.objects.create(target=target, seen_at=AT, **seen)
    facts = {"text_sha256": text, "path": "looks/lost", "wrapped_key": b"", "taken_at": AT}
    return LookPicture.objects.create(target=target, seen=look, **facts).pk


def hook() -> Contact:
    """A webhook of MiChat's."""
    told = {"platform": world.michat(), "channel": "webhook", "address": "https://hook.example/"}
    return Contact.objects.create(name="Program", **told)


def job(kind: str, params: dict) -> int:
    """A job that Ayu asked for."""
    made = Job.objects.create(kind=kind, params=params, created_by=world.ayu(), created_at=AT)
    return made.pk
