"""A program behind TLS is told something only if its certificate is its own and still good."""

import ssl
import threading
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from platforms import channels, signing_keys
from platforms.models import Contact
from tests import world
from tests.platforms.test_webhook import hand_over
from tests.webhooks import Receiver, is_ours
from tests.world import AT

pytestmark = pytest.mark.django_db
HERE = ip_address("127.0.0.1")
# Certificates are judged by the machine's own clock: these are far on either side of it.
LONG_AGO, AFTERWARDS, FAR_AWAY = (datetime(year, 1, 1, tzinfo=UTC) for year in (2000, 2001, 2100))


def certified(folder, *, address=HERE, until=FAR_AWAY):
    """The file of a certificate that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "program")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(LONG_AGO)
        .not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = folder / "program.pem"
    kept.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return kept


@pytest.fixture
def told(hook, tmp_path, monkeypatch):
    """`told(...)` hands a parcel to a program with such a certificate; gives its secret."""
    running = []

    def of(*, is_trusted=True, **facts):
        kept = certified(tmp_path, **facts)
        if is_trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(kept))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(kept)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        contact = Contact.objects.create(
            platform=world.michat(), channel="webhook", name="Program",
            address=f"https://127.0.0.1:{server.server_port}/in",
        )  # fmt: skip
        secret = signing_keys.make(contact, actor=world.steward(), at=AT)
        assert hand_over(contact).accepted
        return secret

    yield of
    for server in running:
        server.shutdown()
        server.server_close()


def test_a_program_with_a_good_certificate_is_told(told, hook):
    secret = told()
    (call,) = hook.calls
    assert call["path"] == "/in"
    assert is_ours(call, secret)


@pytest.mark.parametrize(
    "facts",
    [{"is_trusted": False}, {"address": ip_address("127.0.0.2")}, {"until": AFTERWARDS}],
    ids=["nobody vouches for it", "it is another's", "it has ended"],
)
def test_a_program_with_a_bad_certificate_is_told_nothing(told, hook, facts):
    with pytest.raises(channels.Later) as trouble:
        told(**facts)
    assert "CERTIFICATE_VERIFY_FAILED" in trouble.value.reason
    assert not trouble.value.is_uncertain
    assert hook.calls == []
