"""What a start-up refuses: a production that is nobody's, a clock that is not the letters'."""

import pytest

from moderation_portal.checks import (
    check_identity,
    check_letter_signer,
    check_letterhead,
    check_production,
    check_time_zone,
)

WHOSE = {"IDENTITY_NAME": "Kementerian", "IDENTITY_SHORT": "Kem", "MAIL_FROM": "a@kem.go.id"}


@pytest.fixture
def production(settings):
    settings.MODE, settings.WHOSE = "production", dict(WHOSE)
    settings.DEFAULT_FROM_EMAIL = WHOSE["MAIL_FROM"]
    settings.BASE_URL, settings.POSTGRES_KIND = "https://portal.go.id", "given"
    return settings


def ids(errors) -> list[str]:
    return [error.id for error in errors]


@pytest.mark.parametrize("name", WHOSE)
def test_a_production_says_itself_whose_it_is(production, name):
    production.WHOSE[name] = " "
    (error,) = check_identity(None)
    assert name in error.msg


@pytest.mark.parametrize("sender", ["takedown@komdigi.example", "Kem <takedown@kem.example>"])
def test_a_production_writes_from_an_address_that_can_be_answered(production, sender):
    production.DEFAULT_FROM_EMAIL = sender
    assert ids(check_identity(None)) == ["portal.E005"]


def test_a_sound_production_passes(production):
    assert check_identity(None) == check_production(None) == check_time_zone(None) == []


def test_outside_production_the_example_is_enough(settings):
    settings.DEFAULT_FROM_EMAIL = "takedown@komdigi.example"
    assert check_identity(None) == []


@pytest.mark.parametrize("content", [None, b"PNG", b"\xff\xd8\xff"])
def test_arms_that_no_letter_could_bear_are_told_before_any_is_written(settings, tmp_path, content):
    settings.LETTERHEAD_ARMS = str(tmp_path / "arms.svg")
    if content is not None:
        (tmp_path / "arms.svg").write_bytes(content)
    assert ids(check_letterhead(None)) == ["portal.E012"]


def test_letters_bear_the_arms_of_the_house_or_none(settings):
    assert check_letterhead(None) == []
    settings.LETTERHEAD_ARMS = ""
    assert check_letterhead(None) == []


def test_forms_read_the_time_in_the_zone_in_which_letters_write_it(settings):
    settings.TIME_ZONE = "Asia/Jayapura"
    (error,) = check_time_zone(None)
    assert (error.id, error.hint) == ("portal.E011", "Set TIME_ZONE=Asia/Jakarta.")


def test_a_pack_that_cannot_be_read_is_told_once_and_elsewhere(settings):
    settings.POLICY_PACK = "nowhere"
    assert check_time_zone(None) == []


@pytest.mark.parametrize("name", ["", "demo"])
def test_a_production_says_who_signs_its_letters_and_it_is_no_demo(production, name):
    production.LETTER_SIGNER = name
    assert ids(check_letter_signer(None)) == ["portal.E013"]


@pytest.mark.parametrize("name", ["none", "tests.portal.letters.given.written"])
def test_letters_go_unsigned_or_are_signed_by_a_function_of_the_operator(production, name):
    production.LETTER_SIGNER = name
    assert check_letter_signer(None) == []


@pytest.mark.parametrize("name", ["bsre", "no.such.signer", "tests.portal.letters.given.nobody"])
def test_a_signer_that_is_not_there_is_told_before_any_letter_waits_for_it(production, name):
    production.LETTER_SIGNER = name
    assert ids(check_letter_signer(None)) == ["portal.E014"]


@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_a_certificate_that_cannot_be_opened_is_told_before_any_letter_waits(
    production, tmp_path, content
):
    production.LETTER_SIGNER = "pkcs12"
    production.LETTER_SIGNER_FILE = str(tmp_path / "letters.p12")
    if content is not None:
        (tmp_path / "letters.p12").write_bytes(content)
    assert ids(check_letter_signer(None)) == ["portal.E014"]
