"""The story that the demo tells: a promise, reports by four doors, orders, silence, answers.

Every page of the demo has a past that really happened, on the story's own clock. All accounts are
invented.
"""

from datetime import datetime, timedelta
from typing import Any

from moderation_portal import policy
from moderation_portal.models import User
from platforms import directory
from reports import formal, petitions, verification
from reports.evidence import prepare
from reports.intake import FindingFacts, Line, ReporterFacts
from reports.models import Evidence, FormalRequest, Report, ReporterKind

from .. import absences, decisions, searches, second_looks
from ..models import Case, CaseState, Target
from . import appealed, blocked, fined, holds, offices, papers, portal_side, rules
from .doing import (
    Stage,
    Tell,
    approve,
    case_of,
    claim,
    decide,
    look,
    pictures,
    receive,
    say,
    uphold,
)
from .passing import Passing, work

LENGTH = timedelta(days=6)
NEARBY = "Nama profil '{name}', terlihat lewat Cari Sekitar, {place}"
POLICE_LOCATORS = (
    "https://www.instagram.com/anggrek.contoh/",
    "https://www.instagram.com/anggrek.dua.contoh/",
    "wa.me/6281234567890",
    "t.me/anggrek_contoh",
)
FRESH = (
    ("prostitution", "https://www.tiktok.com/@dahlia.contoh", "", "Siaran langsung menawarkan BO."),
    ("gambling", "https://www.instagram.com/slot.contoh/", "", "Mempromosikan situs judi daring."),
    ("gambling", "https://t.me/gacor_contoh", "", "Grup promosi judi slot."),
    ("fraud", "wa.me/6281298765432", "", "Menyamar sebagai petugas bank."),
    ("prostitution", "mawar_contoh", "michat", "Menawarkan jasa lewat status."),
    ("prostitution", "mawar_contoh_2", "michat", "Akun baru, foto dan tarifnya sama."),
    ("prostitution", "kenanga_malam", "michat", "Masih menawarkan jasa di sekitar sini."),
    ("gambling", "https://slot-contoh.example/daftar", "", "Situs judi."),
    ("prostitution", "https://www.facebook.com/teratai.contoh", "", "Profil Open BO."),
)


def play(people: dict[str, User], end: datetime, tell: Tell) -> None:
    """Plays the whole story so that it ends at `end`."""
    start = end - LENGTH
    stage = Stage(people, Passing(start), tell)
    offices.features()
    offices.silent_contact(start)
    petition(stage, start + timedelta(hours=1))
    offices.talk(stage, start + timedelta(hours=2, minutes=15))
    silent_order(stage, start + timedelta(hours=3))
    silent = fined.silent(stage, start + timedelta(hours=7))
    unheard = blocked.silent(stage, start + timedelta(hours=9))
    for turn, hours in enumerate((14, 18.5, 23)):
        blocked.warn(stage, unheard, turn, start + timedelta(hours=hours))
    offices.systemic_case(stage, start + timedelta(days=1))
    kept_order(stage, start + timedelta(days=1, hours=2))
    both = blocked.decided(stage, unheard, start + timedelta(days=1, hours=20))
    fined.warn(stage, silent, "warning_1", "sri", start + timedelta(days=2))
    disputed_order(stage, start + timedelta(days=2, hours=18))
    portal_side.disputed_clock(stage, start + timedelta(days=3, hours=10))
    portal_side.reply_by_mail(stage, start + timedelta(days=3, hours=11))
    sealed_case(stage, start + timedelta(days=3, hours=12))
    blocked.back(stage, both[0], start + timedelta(days=4))
    fined.warn(stage, silent, "warning_2", "dewi", start + timedelta(days=4, hours=10))
    police_request(stage, start + timedelta(days=4, hours=12))
    holds.followed_account(stage, start + timedelta(days=4, hours=15))
    fined.fine(stage, silent, start + timedelta(days=4, hours=21))
    appealed.under_review(stage, start + timedelta(days=4, hours=22))
    answered = answered_order(stage, end - timedelta(hours=20))
    rules.ask_for(stage, end - timedelta(hours=9))
    fresh_reports(stage, end - timedelta(hours=8))
    first_look(stage, answered, end - timedelta(minutes=80))
    habits(stage, end - timedelta(minutes=20))
    team(stage, end - timedelta(minutes=15))
    stage.clock.to(end)


def petition(stage: Stage, at: datetime) -> None:
    stage.step("An organisation petitions to close the whole app: registered and answered", at)
    written = petitions.register(
        directory.by_slug()["michat"],
        "Gerakan Rakyat Tolak Aktor Koruptor (GERTAK)",
        "Mendesak agar aplikasi MiChat ditutup karena maraknya akun prostitusi daring.",
        "platform",
        received_on=policy.pack().day(at - timedelta(days=3)),
        actor=stage.people["ayu"],
        at=at,
    )
    drafted = petitions.propose(
        written,
        "Penutupan seluruh aplikasi hanya dapat dipertimbangkan bila perintah terhadap akun tidak"
        " dipatuhi. Mohon sampaikan alamat atau ID akun agar dapat kami tindak lanjuti.",
        actor=stage.people["ayu"],
        at=at + timedelta(hours=1),
    )
    petitions.sign(
        drafted,
        petitions.version(drafted),
        actor=stage.people["sri"],
        at=at + timedelta(hours=2),
    )


def silent_order(stage: Stage, at: datetime) -> None:
    stage.step("A member of the public reports two MiChat accounts", at)
    kenanga = NEARBY.format(name="Kenanga", place="Kota Malang")
    report = receive(
        at, Line("kenanga_malam", "michat", visibility="discoverable"), Line("", "michat", kenanga)
    )
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    reasons = "Kedua akun menawarkan jasa seksual dengan tarif kepada pengguna di sekitarnya."
    decide(stage.clock, case_of(report), ayu, sri, at + timedelta(hours=1), reasons=reasons)
    stage.step("MiChat is ordered to close them, and stays silent", at + timedelta(hours=3))


def kept_order(stage: Stage, at: datetime) -> None:
    stage.step("Cyber Drone finds an account on X; a person verifies it", at)
    drone, bima = stage.people["drone9"], stage.people["bima"]
    report = receive(
        at,
        Line("https://x.com/bisyar_contoh", visibility="public"),
        actor=drone,
        reporter=ReporterFacts(kind=ReporterKind.DETECTOR, user=drone),
        channel=Report.Channel.API,
        finding=FindingFacts(
            tool="Cyber Drone",
            tool_version="9.2",
            rule="kata-kunci-bisyar",
            rule_version="2026.3",
            query="bisyar",
            fetched_at=at - timedelta(minutes=20),
            public_access_proof="Terbuka tanpa masuk, HTTP 200",
            content_hash="c0" * 32,
            capture="tangkapan/bisyar_contoh",
        ),
    )
    at = stage.clock.to(at + timedelta(hours=1))
    verdict = "Penawaran jelas, bukan sekadar kata kunci."
    verification.judge([report.pk], "confirmed", verdict, actor=bima, at=at)
    work(at)
    case = case_of(report)
    reasons = "Akun menawarkan jasa seksual berbayar kepada umum."
    at = decide(
        stage.clock, case, bima, stage.people["sri"], at + timedelta(minutes=30), reasons=reasons
    )
    at = stage.step("X removes it within its deadline", at + timedelta(hours=9))
    say(case, "removed", at)
    for hours in (1, 26):
        at = stage.step("Our own check finds it gone", at + timedelta(hours=hours))
        look(case, "gone", bima, at)


def disputed_order(stage: Stage, at: datetime) -> None:
    stage.step("The lurah of Lowokwaru reports what stands in the nearby search", at)
    lurah, joko = stage.people["lurah"], stage.people["joko"]
    melati = NEARBY.format(name="Melati VIP", place="Kecamatan Lowokwaru")
    report = receive(
        at,
        Line("", "michat", melati),
        Line("melati_vip_contoh", "michat"),
        actor=lurah,
        reporter=ReporterFacts(kind=ReporterKind.MONITOR, user=lurah, area=lurah.area),
        channel=Report.Channel.STAFF,
        area=lurah.area,
        place="Kecamatan Lowokwaru",
        wants_receipt=False,
    )
    case = case_of(report)
    reasons = "Profil menawarkan jasa seksual kepada pengguna di sekitarnya."
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    at = decide(stage.clock, case, ayu, sri, at + timedelta(hours=2), reasons=reasons)
    told = "MiChat removes one account and disagrees about the other"
    at = stage.step(told, at + timedelta(hours=12))
    first, *others = Target.objects.filter(case=case).order_by("pk")
    why = "Profil tidak lagi memuat penawaran pada saat kami periksa."
    say(case, "refused", at, by=joko, targets=[first], reason=why)
    say(case, "removed", at, by=joko, targets=others)


def sealed_case(stage: Stage, at: datetime) -> None:
    stage.step("A report that may concern a child: sealed, without any picture", at)
    report = receive(
        at,
        Line("akun_tersegel_contoh", "michat"),
        category="child_sexual",
        reason="Diduga melibatkan anak. Tidak ada gambar yang disimpan atau dikirim.",
    )
    case, citra = case_of(report), stage.people["citra"]
    at = stage.clock.to(at + timedelta(minutes=12))
    claim(case, citra, at)
    unit = policy.pack().category(case.category).refer_units[0]
    plea = "Kemungkinan korban anak; mohon pendampingan."
    decisions.refer([case.pk], unit=unit, reason=plea, actor=citra, at=at).insist()
    test = {
        "legality": "Diduga muatan seksual anak.",
        "aim": "Melindungi anak.",
        "remedy": "account",
        "necessity": "Tidak ada cara yang lebih ringan.",
    }
    at = stage.clock.to(at + timedelta(minutes=10))
    uphold(case, citra, at, reasons="Akun diduga memuat eksploitasi seksual anak.", test=test)
    approve(case, stage.people["yanti"], stage.clock.to(at + timedelta(minutes=8)))


def police_request(stage: Stage, at: datetime) -> None:
    stage.step("The first formal request comes from the police, with a letter", at)
    draft = letter_from_the_police(stage, at)
    formal.submit(draft, actor=stage.people["polisi"], at=at)
    work(at)
    first = "Permintaan resmi pertama diterima, untuk akun di layanan lain; belum untuk MiChat."
    offices.no_request(stage, first, at.date(), at)
    at = stage.step("A decision waits for its second person", at + timedelta(hours=2))
    case, bima = (
        Case.objects.get(platform__slug="instagram", state=CaseState.NEW),
        stage.people["bima"],
    )
    claim(case, bima, at)
    reasons = "Profil menawarkan jasa seksual berbayar dan mencantumkan cara memesan."
    uphold(case, bima, at, reasons=reasons)


def letter_from_the_police(stage: Stage, at: datetime) -> FormalRequest:
    """A complete draft: numbered, dated, analysed, with its signed letter and a screenshot."""
    category = policy.pack().category("prostitution")
    month = f"{papers.roman(at.month)}/{at.year}"
    facts: dict[str, Any] = {
        "unit": "Subdit V Siber",
        "officer": "Kompol Contoh",
        "letter_number": f"B/114/{month}/Ditreskrimsus",
        "letter_date": at.date(),
        "case_number": f"LP/B/1234/{month}/SPKT/POLDA JAWA TIMUR",
        "article": "Pasal 4 ayat (2) huruf d UU 44/2008",
        "legal_analysis": "Akun menawarkan jasa seksual secara terbuka dan memenuhi unsur pasal.",
        "category": category.code,
        "locators": "\n".join(POLICE_LOCATORS),
    }
    uploads = [
        prepare(file, kind=kind, source=ReporterKind.POLICE, category=category)
        for file, kind in (
            (papers.signed_letter(facts["letter_number"]), Evidence.Kind.LETTER),
            (papers.screenshot(), Evidence.Kind.SCREENSHOT),
        )
    ]
    return formal.save_draft(None, facts, actor=stage.people["polisi"], at=at, uploads=uploads)


def fresh_reports(stage: Stage, at: datetime) -> None:
    """Reports of the last hours that wait for whoever opens the demo."""
    for category, text, platform, reason in FRESH:
        at = stage.step(f"New report: {text}", at + timedelta(minutes=41))
        uploads = pictures(category)
        receive(at, Line(text, platform), category=category, reason=reason, uploads=uploads)


def answered_order(stage: Stage, at: datetime) -> Case:
    """An order that MiChat says it has carried out; nobody has looked yet."""
    stage.step("MiChat removes another account within its deadline", at)
    case = case_of(receive(at, Line("cempaka_contoh", "michat")))
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    reasons = "Akun menawarkan jasa seksual berbayar lewat status."
    at = decide(stage.clock, case, ayu, sri, at + timedelta(hours=1), reasons=reasons)
    say(case, "removed", stage.clock.to(at + timedelta(hours=8)), by=stage.people["joko"])
    return case


def first_look(stage: Stage, case: Case, at: datetime) -> None:
    """One look is behind us, more than the spacing ago: whoever opens the demo takes the second."""
    at = stage.step("We see it gone, once: a second look will close the case", at)
    look(case, "gone", stage.people["ayu"], at)


def habits(stage: Stage, at: datetime) -> None:
    """The searches that people at the queue keep."""
    at = stage.clock.to(at)
    michat = {"view": "open", "platform": directory.by_slug()["michat"].pk}
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    searches.save({"view": "new", "category": "gambling"}, "Judi, baru", owner=ayu, at=at)
    searches.save(michat, "MiChat", owner=sri, at=at, is_shared=True, cadence="hourly")


def team(stage: Stage, at: datetime) -> None:
    """Somebody goes on leave soon, and a closed case is looked at once more."""
    at = stage.clock.to(at)
    ayu, bima, sri = (stage.people[name] for name in ("ayu", "bima", "sri"))
    today = policy.pack().day(at)
    begins_on, ends_on = today + timedelta(days=2), today + timedelta(days=6)
    absences.enter(
        bima,
        substitute=ayu,
        kind="leave",
        begins_on=begins_on,
        ends_on=ends_on,
        actor=sri,
        at=at,
    )
    week = today - timedelta(days=6)
    second_looks.draw(3, looker=ayu, begins_on=week, ends_on=today, actor=sri, at=at)
