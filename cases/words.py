"""The timeline's sentences for events that are not rows of the transition table."""

from django.utils.translation import gettext_lazy as _

from .table import SENTENCES

# `%(name)s` is who did it.
MORE = {
    "case.opened": _("the case was opened from a report"),
    "case.page_opened": _("%(name)s opened the case"),
    "target.added": _("an account was added"),
    "target.joined": _("another report of the same account came in"),
    "target.observed": _("%(name)s looked at an account"),
    "notice.drafted": _("a notice was drafted and waits for a signature"),
    "notice.signed": _("%(name)s signed the notice"),
    "notice.issued": _("the notice was issued"),
    "notice.served": _("the notice reached the platform: its clock runs"),
    "notice.discarded": _("a drafted notice was no longer needed"),
    "notice.withdrawn": _("%(name)s withdrew the notice"),
    "notice.corrected": _("%(name)s issued a corrected notice: its clock starts anew"),
    "notice.reminded": _("the platform was reminded"),
    "notice.escalated": _("the platform's next contact was addressed"),
    "notice.opened": _("%(name)s opened the notice in the portal"),
    "delivery.refused": _("a mailbox of the platform refused the notice"),
    "item.answered": _("%(name)s answered for the platform"),
    "deadline.overridden": _("%(name)s set another due time"),
    "preservation.asked": _("%(name)s asked the platform to preserve the data"),
}


def sentence(kind: str, name: str) -> str:
    """What a timeline says of an event of this kind; its bare name where no sentence is known."""
    words = SENTENCES.get(kind) or MORE.get(kind)
    said = str(words) % {"name": name} if words else kind
    return said[:1].upper() + said[1:]
