"""The electronic signature: checked as whoever receives the letter would check it."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from moderation_portal import letters
from moderation_portal.errors import Conflict
from moderation_portal.letters import Mark, certificates, signing
from tests.portal.letters.given import AT, written

HERE = "https://portal.example/id/periksa/"
MARK = Mark(f"{HERE}7-abc/", HERE, "abcd-efgh", is_signed=True)
OCCASION = signing.Occasion(AT, "Kementerian Komunikasi dan Digital", "Jakarta")


@pytest.fixture
def by_demo(settings, tmp_path):
    settings.LETTER_SIGNER, settings.MEDIA_ROOT = "demo", str(tmp_path)
    return settings


@pytest.fixture
def own_certificate(settings, tmp_path):
    """A certificate that the operator put somewhere, with its passphrase."""
    settings.MEDIA_ROOT = str(tmp_path)
    path, passphrase = certificates.demo(at=AT)
    settings.LETTER_SIGNER, settings.LETTER_SIGNER_FILE = "pkcs12", str(path)
    settings.LETTER_SIGNER_PASSPHRASE = passphrase
    return settings


@pytest.fixture
def pdf(pack) -> bytes:
    letter = written(pack)
    return letters.pdf(replace(letter, markdown=letters.marked(letter.markdown, MARK)))


def checked(signed: bytes):
    """What a validator says that trusts the certificate of the signature itself."""
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    trust = ValidationContext(trust_roots=[signature.signer_cert], moment=AT)
    return validate_pdf_signature(signature, trust)


def test_a_signed_letter_is_the_letter_and_holds_before_a_validator(by_demo, pdf):
    signed = signing.sign(pdf, OCCASION)
    assert signed.startswith(pdf)
    status = checked(signed)
    assert status.bottom_line
    assert (status.intact, status.valid, status.trusted) == (True, True, True)
    assert status.coverage.name == "ENTIRE_FILE"


def test_a_signature_is_pades_and_says_when_where_and_by_whom(by_demo, pdf):
    (signature,) = PdfFileReader(BytesIO(signing.sign(pdf, OCCASION))).embedded_signatures
    told = signature.sig_object
    assert told["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.self_reported_timestamp == AT
    assert (told["/Name"], told["/Location"]) == (OCCASION.office, OCCASION.place)


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6])
def test_a_changed_byte_breaks_it(by_demo, pdf, share):
    signed = bytearray(signing.sign(pdf, OCCASION))
    place = signed.index(b"stream", int(len(pdf) * share)) + 40
    assert place < len(pdf)
    signed[place] ^= 1
    assert not checked(bytes(signed)).intact


def test_the_certificate_of_the_operator_signs(own_certificate, pdf):
    signed = signing.sign(pdf, OCCASION)
    held = Path(own_certificate.LETTER_SIGNER_FILE).read_bytes()
    paper = pkcs12.load_pkcs12(held, own_certificate.LETTER_SIGNER_PASSPHRASE.encode()).cert
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    assert signature.signer_cert.serial_number == paper.certificate.serial_number
    assert checked(signed).bottom_line


def test_nothing_is_signed_by_an_expired_certificate(own_certificate, pdf):
    late = AT + certificates.DEMO_LASTS + timedelta(days=1)
    with pytest.raises(Conflict, match=r"signed electronically|elektronik"):
        signing.sign(pdf, signing.Occasion(late, "", ""))


def test_nothing_is_signed_with_a_wrong_passphrase(own_certificate, pdf):
    own_certificate.LETTER_SIGNER_PASSPHRASE = "wrong"
    with pytest.raises(Conflict):
        signing.sign(pdf, OCCASION)


def test_a_demo_makes_its_certificate_once_and_anew_when_it_has_expired(by_demo):
    path, passphrase = certificates.demo(at=AT)
    first = path.read_bytes()
    assert certificates.demo(at=AT + timedelta(days=30)) == (path, passphrase)
    assert path.read_bytes() == first
    assert path.stat().st_mode & 0o077 == 0
    certificates.demo(at=AT + certificates.DEMO_LASTS + timedelta(days=1))
    assert path.read_bytes() != first


def another(pdf: bytes, occasion: signing.Occasion) -> bytes:
    return b"%PDF-1.7 something else" + pdf


def untouched(pdf: bytes, occasion: signing.Occasion) -> bytes:
    return pdf


@pytest.mark.parametrize("signer", [another, untouched])
def test_what_a_signer_gives_back_is_the_letter_with_a_signature_or_nothing(settings, pdf, signer):
    settings.LETTER_SIGNER = f"{__name__}.{signer.__name__}"
    with pytest.raises(Conflict):
        signing.sign(pdf, OCCASION)
