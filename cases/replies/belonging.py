"""To which notice a message belongs, by the secret address it came to, by the messages it answers,
or by the numbers it names; and whether it touches a sealed one.

Who answers quotes the letter that they have. Where that left accounts out, for which a sealed case
speaks, every word of the answer may tell so: it is for the cleared to read.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from platforms.models import Contact, Representative
from platforms.replies import Arrived, Kind
from reports.models import Handling

from ..models import Notice
from ..notices import return_addresses

# The numbers of notices, and those of anything sealed (`moderation_portal.series`).
NUMBER = re.compile(r"\b[A-Z]{1,2}-\d{6,12}/[A-Z0-9-]{2,20}/[IVX]{1,4}/\d{4}(?:-Rev\.\d{1,3})?")
SEALED_NUMBER = re.compile(r"\b[A-Z]S\d{2}-\d{7,12}\b")
MOST_NUMBERS = 50


@dataclass(frozen=True)
class Belonging:
    """`is_secret`: by the secret address, which nobody else knows; `is_return`: the one that only
    returned mail comes to. By anything else the notice is a guess that a person confirms."""

    notice: Notice | None = None
    contact: Contact | None = None
    is_secret: bool = False
    is_return: bool = False
    is_sealed: bool = False


def find(arrived: Arrived, text: str) -> Belonging:
    """The notice of a message. `text` is all that can be read in it."""
    bound = return_addresses.read(arrived.recipients)
    others = [*_answered(arrived.refers_to), *_named(text)]
    notices = [bound.notice, *others] if bound else others
    is_sealed = any(map(_is_sealed, notices))
    return Belonging(
        notice=notices[0] if notices else None,
        contact=bound.contact if bound else None,
        is_secret=bound is not None,
        is_return=bound is not None and bound.is_return,
        is_sealed=is_sealed or SEALED_NUMBER.search(text.upper()) is not None,
    )


def is_proved(arrived: Arrived, found: Belonging) -> bool:
    """Whether this is the platform's own word: sent by a person to the secret address for answers,
    from a mailbox of the platform that we know, our mail server vouching for the sender."""
    if found.contact is None or found.notice is None or found.is_return:
        return False
    is_persons = arrived.kind == Kind.REPLY and arrived.is_vouched and found.contact.is_active
    return is_persons and arrived.sender in _mailboxes(found.notice.platform_id)


def _is_sealed(notice: Notice) -> bool:
    is_cut = notice.copies.exists() or notice.items.filter(is_withheld=True, sent_at=None).exists()
    return notice.handling == Handling.SEALED or is_cut


def _answered(message_ids: Iterable[str]) -> list[Notice]:
    wanted = [one for one in message_ids if one]
    return list(Notice.objects.filter(message_id__in=wanted).order_by("-drafted_at", "-pk"))


def _named(text: str) -> list[Notice]:
    numbers = list(dict.fromkeys(NUMBER.findall(text)))[:MOST_NUMBERS]
    found = Notice.objects.filter(number__in=numbers)
    # A letter quotes earlier ones: the first number that it names is its own.
    return sorted(found, key=lambda notice: numbers.index(str(notice.number)))


def _mailboxes(platform_id: int) -> set[str]:
    """The addresses in use of a platform's contacts and representatives, in lower case."""
    contacts = Contact.objects.filter(
        platform_id=platform_id, is_active=True, channel=Contact.Channel.EMAIL
    )
    people = Representative.objects.filter(platform_id=platform_id, is_active=True)
    people = people.filter(user__is_active=True)
    addresses = [
        *contacts.values_list("address", flat=True),
        *people.values_list("user__email", flat=True),
    ]
    return {address.strip().lower() for address in addresses if address}
