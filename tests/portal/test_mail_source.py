"""Whatever strangers send is parsed within bounded work, or not at all."""

import pytest

from moderation_portal import mail_source
from tests import incoming

HEAD = b"From: a@b.example\nTo: x@y.example\n"


def nested(depth: int, lines: int) -> bytes:
    """Boundaries within boundaries, and then one short line after another."""
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (place, place)
        for place in range(depth)
    )
    return HEAD + opened + b"Content-Type: text/plain\n\n" + b"\n" * lines


@pytest.mark.parametrize(
    "raw",
    [
        nested(200, 300_000),
        nested(0, 3_000_000),
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 10_000,
        HEAD + b"Content-Type: multipart/mixed; boundary=b\r\r" + b"--b\r\r" * 10_000,
        HEAD + b"Content-Type: message/delivery-status\n\n" + b"A: b\n\n" * 10_000,
        HEAD + b"Content-Type: message/Delivery-Status\r\n\r\n" + b"A: b\r\n\r\n" * 10_000,
    ],
    ids=["boundaries", "lines", "parts", "parts by CR", "blocks", "blocks by CRLF"],
)
def test_what_takes_more_work_than_any_honest_message_is_not_parsed(raw):
    with pytest.raises(ValueError, match="honest"):
        mail_source.parse(raw)


def test_the_largest_files_that_people_send_are_parsed():
    raw = incoming.mail(files=tuple((f"{n}.pdf", b"%PDF" + b"x" * 4_000_000) for n in range(4)))
    assert len(list(mail_source.parse(raw).walk())) == 6
