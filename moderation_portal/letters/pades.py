"""Signatures in PDF by pyHanko: PAdES baseline B (ETSI EN 319 142-1), by a key in a PKCS#12 file.

Loaded only where a letter is signed (`signing.SIGNERS`): it takes most of a second.
"""

from datetime import datetime
from io import BytesIO

from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter

from . import certificates
from .signing import Occasion, SignerFailed

FIELD = "Signature"


class AtThisTime(signers.PdfSigner):
    """A signer that claims the time it is given, which is the database's, not the machine's."""

    at: datetime

    def init_signing_session(self, pdf_out, existing_fields_only=False):
        session = super().init_signing_session(pdf_out, existing_fields_only)
        session.system_time = self.at
        return session


def by_file(pdf: bytes, occasion: Occasion) -> bytes:
    """Signed by the certificate of the operator, `settings.LETTER_SIGNER_FILE`."""
    return _signed(pdf, settings.LETTER_SIGNER_FILE, settings.LETTER_SIGNER_PASSPHRASE, occasion)


def by_demo(pdf: bytes, occasion: Occasion) -> bytes:
    """Signed by the self-signed certificate of a demo."""
    path, passphrase = certificates.demo(at=occasion.at)
    return _signed(pdf, str(path), passphrase, occasion)


def _signed(pdf: bytes, path: str, passphrase: str, occasion: Occasion) -> bytes:
    """The signature field shows nothing: the letter has its own words and mark for it."""
    try:
        held = certificates.read(path, passphrase, at=occasion.at)
    except certificates.Unusable as reason:
        raise SignerFailed(str(reason)) from reason
    signer = signers.SimpleSigner.load_pkcs12_data(
        held, other_certs=(), passphrase=passphrase.encode() or None
    )
    said = signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=occasion.office,
        location=occasion.place,
    )
    maker = AtThisTime(said, signer=signer, new_field_spec=SigFieldSpec(FIELD))
    maker.at = occasion.at
    out = BytesIO()
    maker.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), output=out)
    return out.getvalue()
