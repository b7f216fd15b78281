"""The mailbox that our letters come from, and the id that every copy of one bears."""

from email.utils import parseaddr

from django.conf import settings

from . import vault


def mailbox() -> str:
    """The bare address of `settings.DEFAULT_FROM_EMAIL`."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def plus(tag: str) -> str:
    """Our mailbox with a tag of its own, to which the mail server delivers as well (RFC 5233):
    takedown+tag@ministry.example."""
    name, _at, host = mailbox().rpartition("@")
    return f"{name}+{tag}@{host}"


def message_id(thing: str) -> str:
    """A Message-ID, the same for every copy of this thing; it tells nothing of it to a stranger."""
    host = mailbox().rpartition("@")[2] or "localhost"
    return f"<{vault.keyed_hash('message-id', thing)[:32]}@{host}>"
