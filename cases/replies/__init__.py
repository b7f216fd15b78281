"""What platforms and strangers write back: to which notice it belongs, what it says, who files it.

Nothing is confirmed but by the secret address of a notice and contact, from that contact's own
mailbox, with our mail server vouching for the sender. Nothing that comes in is ever answered by
itself, so no two machines can keep writing to each other.
"""

from .filing import answer, download, put_back, set_aside, take_as_letter, to_notice
from .forgetting import forget
from .handling import give_up, handle
from .reading import content_of
from .reporting import as_report
from .seeing import of_notice, only_filers, visible_to

__all__ = [
    "answer",
    "as_report",
    "content_of",
    "download",
    "forget",
    "give_up",
    "handle",
    "of_notice",
    "only_filers",
    "put_back",
    "set_aside",
    "take_as_letter",
    "to_notice",
    "visible_to",
]
