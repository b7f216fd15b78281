"""The public register as claims: every row taken, nothing guessed, a second run changes nothing."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override as speaking

from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from platforms import registrations
from platforms.models import Registration, RegistrationQuestion
from platforms.register_questions import company_key
from platforms.websites import Website, website
from tests.world import AT

REGISTER = Path(__file__).parents[3] / "shared" / "data" / "platforms" / "id_pse_registry.csv"
FACTS = {
    "pse_id": "1", "domicile": "foreign", "status": "registered", "status_code": "TERDAFTAR",
    "system_name": "MICHAT", "website_raw": "michat.example", "sector": "Telekomunikasi",
    "company": "MICHAT PTE LIMITED", "registered_on": "2022-07-11",
    "registration_no": "003957.01/DJAI.PSE/07/2022", "system_id": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    """The sentences below are those of the source."""
    with speaking("en"):
        yield


def lines(*changes):
    return [
        registrations.Line(row, {**FACTS, "system_id": str(row), **change})
        for row, change in enumerate(changes, start=1)
    ]


def take(*changes):
    return registrations.take(lines(*changes), actor=SYSTEM, at=AT)


def questions():
    return {
        (q.kind, tuple(sorted(r.system_id for r in q.registrations.all())))
        for q in RegistrationQuestion.objects.filter(settled_at=None)
    }


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"system_id": ""}, "system_id"),
        ({"company": ""}, "company"),
        ({"registered_on": "11/07/2022"}, "11/07/2022"),
        ({"system_name": "x" * 301}, "300"),
        ({"registration_no": "9" * 61}, "60"),
    ],
)
@pytest.mark.django_db
def test_a_malformed_row_is_refused_with_its_number_and_the_others_are_taken(change, words):
    counts = take({}, change, {})
    assert (counts.new, [p.row for p in counts.refused]) == (2, [2])
    assert words in counts.refused[0].sentence


@pytest.mark.django_db
def test_the_same_system_twice_in_one_file_is_refused_once():
    counts = take({}, {"system_id": "1", "company": "ANOTHER"})
    assert (counts.new, [p.row for p in counts.refused]) == (1, [2])
    assert Registration.objects.get().company == "MICHAT PTE LIMITED"


def write(path, *rows, heading=registrations.COLUMNS):
    text = StringIO()
    csv.writer(text).writerows([heading, *rows])
    path.write_bytes(text.getvalue().encode("utf-8", "surrogateescape"))
    return path


def test_a_broken_file_is_read_row_by_row(tmp_path):
    good = [FACTS[name] for name in registrations.COLUMNS]
    file = write(
        tmp_path / "r.csv",
        good, good[:-1], [*good, "more"], ["\x00", *good[1:]], ["caf\udce9", *good[1:]], good,
    )  # fmt: skip
    read = list(registrations.read(file))
    assert [(line.row, bool(line.problem)) for line in read] == [
        (1, False), (2, True), (3, True), (4, True), (5, True), (6, False),
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_column_beside_the_register_s_own_says_nothing(tmp_path):
    good = [FACTS[name] for name in registrations.COLUMNS]
    heading = ["host", *registrations.COLUMNS, "remarks"]
    file = write(tmp_path / "r.csv", ["evil.example", *good, "x"], heading=heading)
    registrations.take(registrations.read(file), actor=SYSTEM, at=AT)
    assert Registration.objects.get().host == "michat.example"


@pytest.mark.django_db
def test_a_file_of_something_else_is_refused_whole(tmp_path):
    with pytest.raises(ValueError, match="system_id"):
        list(registrations.read(write(tmp_path / "r.csv", ["1"], heading=["name"])))
    with pytest.raises(CommandError):
        call_command("import_registrations", str(tmp_path / "absent.csv"))


@pytest.mark.parametrize(
    ("raw", "host"),
    [
        ("michat.example", "michat.example"),
        ("https://WWW.MiChat.example/id/?x=1", "michat.example"),
        ("http://michat.example:8080/#/login", "michat.example"),
        ("https://karmacap.id, www.karmacap.id", "karmacap.id"),
        ("http://verdhana.id  dan https://www.verdhana.id", "verdhana.id"),
        ("satuaja.co.id , https://play.google.com/store/apps/details?id=x", "satuaja.co.id"),
        ("99.co", "99.co"),
        ("13.228.204.118", "13.228.204.118"),
    ],
)
def test_one_plain_address_gives_its_host(raw, host):
    assert website(raw) == Website(host)


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("-", "no_website"),
        ("", "no_website"),
        ("play.google.com/store/apps/details?id=x", "store_address"),
        ("apps.apple.com/id/app/x; https://play.google.com/store/apps/x", "store_address"),
        ("pdv.co,id", "bad_website"),
        ("https:/www.bankmas.co.id", "bad_website"),
        ("https;//oreon.id", "bad_website"),
        ("www. jembatanemas.id", "bad_website"),
        ("lycoris recoil.com", "bad_website"),
        ("Chanel.com;Chanel.co.id", "bad_website"),
        ("(www.)dsp.inmobi.com", "bad_website"),
        ("http://172.19.151.1", "bad_website"),
        ("127.0.0.1", "bad_website"),
        ("csa-rsmh.1.6/index.php", "bad_website"),
        ("Website  Bank Shinhan", "bad_website"),
        ("www.astronauts.", "bad_website"),
        ("NA (Private IP)", "bad_website"),
        ("jane@michat.example", "bad_website"),
        (f"{'a.' * 126}id", "bad_website"),
    ],
)
def test_anything_else_is_a_question_and_never_mended(raw, problem):
    assert website(raw) == Website(problem=problem)


@pytest.mark.django_db
def test_two_companies_on_one_host_are_asked_about_and_one_company_twice_is_not():
    take(
        {"website_raw": "tiktok.example", "company": "TIKTOK PTE. LTD."},
        {"website_raw": "www.tiktok.example/business", "company": "PT TikTok Pte Ltd"},
        {"website_raw": "https://tiktok.example", "company": "VIUNIC BEAUTY STORE"},
        {"website_raw": "shop.example", "company": "PT. TOKO"},
        {"website_raw": "shop.example/a", "company": "TOKO"},
    )
    assert questions() == {("host_conflict", ("1", "2", "3"))}
    assert RegistrationQuestion.objects.get().host == "tiktok.example"


def test_a_company_is_known_without_case_marks_and_legal_form():
    assert company_key("PT. Medika  Nusantara, Tbk") == company_key("MEDIKA NUSANTARA")
    assert company_key("PT A") != company_key("PT B")
    assert company_key("PTOLEMY") == "PTOLEMY"


@pytest.mark.django_db
def test_a_run_that_was_stopped_has_asked_about_all_that_it_took_in(monkeypatch):
    def rows():
        yield from lines({"website_raw": "-"}, {"company": "B"}, {})
        raise KeyboardInterrupt

    monkeypatch.setattr(registrations, "BATCH", 2)
    with pytest.raises(KeyboardInterrupt):
        registrations.take(rows(), actor=SYSTEM, at=AT)
    assert questions() == {("no_website", ("1",))}
    assert Event.objects.get(kind="registrations.imported").data["new"] == 2
    take({"website_raw": "-"}, {"company": "B"}, {})
    assert questions() == {("no_website", ("1",)), ("host_conflict", ("2", "3"))}


@pytest.mark.django_db
def test_a_second_run_changes_nothing():
    rows = ({"website_raw": "-"}, {"website_raw": "a,b"}, {"company": "B"}, {})
    take(*rows)
    before = questions(), Event.objects.count()
    again = take(*rows)
    assert (again.new, again.changed, again.unchanged, again.questions) == (0, 0, 4, 0)
    assert (questions(), Event.objects.count()) == before


@pytest.mark.django_db
def test_a_changed_row_is_updated_and_its_mended_question_settled():
    take({"website_raw": "-"}, {"website_raw": "b.example"})
    counts = take({"website_raw": "b.example", "company": "C", "status": "revoked"}, {
        "website_raw": "b.example"})  # fmt: skip
    assert (counts.new, counts.changed, counts.unchanged) == (0, 1, 1)
    assert Registration.objects.get(system_id="1").status == "revoked"
    assert questions() == {("host_conflict", ("1", "2"))}


@pytest.mark.django_db
def test_a_settled_conflict_is_opened_again_when_a_third_joins():
    two = ({"company": "A"}, {"company": "B"})
    take(*two)
    RegistrationQuestion.objects.update(settled_at=AT, answer="A is right")
    take(*two)
    assert questions() == set()
    take(*two, {"company": "C"})
    assert questions() == {("host_conflict", ("1", "2", "3"))}
    assert RegistrationQuestion.objects.get().answer == "A is right"


@pytest.mark.django_db
def test_no_registration_is_ever_made_a_platform_by_itself():
    take({}, {"system_name": "WhatsApp"})
    assert not Registration.objects.exclude(platform=None).exists()


@pytest.mark.skipif(not REGISTER.exists(), reason=f"the real register is not at {REGISTER}")
@pytest.mark.slow
@pytest.mark.django_db
def test_the_whole_real_register_is_taken_in_and_again_for_nothing():
    with REGISTER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    told = StringIO()
    call_command("import_registrations", str(REGISTER), stdout=told, stderr=told)
    assert Registration.objects.count() == len(rows) == 11_946
    open_now = RegistrationQuestion.objects.filter(settled_at=None)
    unnamed = sum(row["website_raw"].strip() in ("", "-") for row in rows)
    assert open_now.filter(kind="no_website").count() == unnamed == 1_727
    tiktok = open_now.get(kind="host_conflict", host="tiktok.com")
    assert {r.company for r in tiktok.registrations.all()} == {
        "TIKTOK PTE. LTD.", "VIUNIC BEAUTY STORE",
    }  # fmt: skip
    assert open_now.filter(kind="store_address").exists()
    asked, recorded = RegistrationQuestion.objects.count(), Event.objects.count()
    told = StringIO()
    call_command("import_registrations", str(REGISTER), stdout=told, stderr=told)
    assert RegistrationQuestion.objects.count() == asked
    assert Event.objects.count() == recorded
