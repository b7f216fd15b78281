"""The certificate that letters are signed with: read from a PKCS#12 file, or made for a demo."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from django.conf import settings

from moderation_portal import vault

DEMO_LASTS = timedelta(days=365)


class Unusable(Exception):
    """The file holds no certificate to sign with, or not at this time."""


def read(path: str, passphrase: str, *, at: datetime) -> bytes:
    """The PKCS#12 file at `path`, whose certificate is valid at `at`.

    Raises Unusable, with the reason, when it cannot be opened, holds no key, or has expired.
    """
    content, paper = opened(path, passphrase)
    if not paper.not_valid_before_utc <= at <= paper.not_valid_after_utc:
        ends = paper.not_valid_after_utc.date()
        raise Unusable(f"the certificate in {path} is not valid at this time (until {ends})")
    return content


def opened(path: str, passphrase: str) -> tuple[bytes, x509.Certificate]:
    """The same at whatever time, with the certificate in it."""
    try:
        content = Path(path).read_bytes()
        held = pkcs12.load_pkcs12(content, passphrase.encode() or None)
    except (OSError, ValueError) as error:
        raise Unusable(f"{path or 'LETTER_SIGNER_FILE'} cannot be opened: {error}") from error
    if held.key is None or held.cert is None:
        raise Unusable(f"{path} holds no key with its certificate")
    return content, held.cert.certificate


def demo(*, at: datetime) -> tuple[Path, str]:
    """The self-signed certificate of this demo, and its passphrase; made at its first letter, and
    again when it has expired. Nobody else trusts it, and a production refuses it."""
    path = Path(settings.MEDIA_ROOT) / "demo-letters.p12"
    passphrase = vault.keyed_hash("letter-signer", "demo")
    try:
        read(str(path), passphrase, at=at)
    except Unusable:
        partial = path.with_name(f".{uuid4().hex}")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(_self_signed(passphrase, at))
        os.replace(partial, path)
    return path, passphrase


def _self_signed(passphrase: str, at: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.IDENTITY["name"][:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{settings.IDENTITY['short']} DEMO"[:64]),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    paper = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(days=1))
        .not_valid_after(at + DEMO_LASTS)
        .add_extension(usage, critical=True)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    locked = BestAvailableEncryption(passphrase.encode())
    return pkcs12.serialize_key_and_certificates(b"letters", key, paper, None, locked)
