"""The mailbox that is looked into is named in one address, read strictly."""

import pytest

from moderation_portal import imap_address
from tests.portal.test_settings import read as settings_with


def test_a_mailbox_is_read():
    found = imap_address.read("imaps://takedown%40komdigi.go.id:a%2Fb@mail.go.id/Masuk?processed=B")
    assert (found.host, found.port, found.is_encrypted) == ("mail.go.id", 993, True)
    assert (found.user, found.password) == ("takedown@komdigi.go.id", "a/b")
    assert (found.folder, found.processed) == ("Masuk", "B")
    assert "a/b" not in repr(found)


def test_folders_may_be_left_out():
    found = imap_address.read("imaps://u:p@mail.go.id:1993")
    assert (found.port, found.folder, found.processed) == (1993, "INBOX", "Processed")


def test_no_address_is_no_mailbox():
    assert imap_address.read("") is None


@pytest.mark.parametrize(
    "address",
    [
        "mail.go.id",
        "imaps://mail.go.id",
        "imaps://u@mail.go.id",
        "pop3://u:p@mail.go.id",
        "imap://u:p@mail.go.id",
        "imaps://u:p@mail.go.id:x",
        "imaps://u:p@mail.go.id/INBOX?done=B",
        "imaps://u:p@mail.go.id/INBOX?processed=",
        "imaps://u:p@mail.go.id/INBOX?processed=INBOX",
        "imaps://u:p@mail.go.id/INBOX?processed=A&processed=B",
        "imaps://u:p@mail.go.id/INBOX#B",
        "imaps://u:p@/INBOX",
    ],
)
def test_anything_else_is_refused(address):
    with pytest.raises(ValueError, match="IMAP_URL"):
        imap_address.read(address)


def test_a_portal_with_a_wrong_mailbox_does_not_start():
    tried = settings_with(IMAP_URL="imap://u:secret@mail.go.id")
    assert tried.returncode
    assert "IMAP_URL must begin with imaps://" in tried.stderr
    assert "secret" not in tried.stderr
