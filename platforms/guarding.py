"""What of this room takes two persons: to whom orders go, who answers for a platform, and which
platform is exempt.

A contact's name and language change single-handed: they alter the words of a letter, not where it
goes. All else of a contact, and everything of a representative, decides who reads orders or speaks
for the platform.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from moderation_portal.account_mail import Recipient
from moderation_portal.guarded import Guarded, register

from .models import Contact, Platform, Representative


class Contacts(Guarded):
    """An address that gets a platform's letters."""

    kind = "contact"
    model = Contact
    fields = ("platform", "channel", "address", "rung", "is_cleared", "is_active")
    private = frozenset({"address"})
    letter = "contact_changed"
    joined = ("platform",)

    def begin(self, row: Contact) -> None:
        row.is_active = row.is_cleared = False

    def lock(self, row: Contact, wanted: Mapping[str, Any]) -> None:
        """One address of a platform is switched off at a time, so that the last two cannot go
        beside each other."""
        if wanted.get("is_active") is False:
            Platform.objects.select_for_update(no_key=True).get(pk=row.platform_id)

    def is_lowering(self, row: Contact, name: str, value: Any) -> bool:
        """The last address of a platform is not switched off alone: its orders would go nowhere."""
        if name != "is_active" or value is not False:
            return super().is_lowering(row, name, value)
        others = Contact.objects.filter(platform_id=row.platform_id, is_active=True)
        return others.exclude(pk=row.pk).exists()

    def make_so(self, row: Contact, facts: Mapping[str, Any], *, at: datetime) -> None:
        """What was known of an address says nothing of the next one."""
        if {"address", "channel"} & facts.keys():
            row.liveness = Contact.Liveness.UNKNOWN
        super().make_so(row, facts, at=at)

    def recipients(self, row: Contact) -> set[Recipient]:
        is_mailbox = row.channel != Contact.Channel.WEBHOOK and row.address
        return {Recipient(row.address, row.name, row.language)} if is_mailbox else set()


class Representatives(Guarded):
    """A person who answers for a platform."""

    kind = "representative"
    model = Representative
    fields = ("user", "platform", "kind", "is_active")
    joined = ("user", "platform")

    def person(self, row: Representative, facts: Mapping[str, Any]) -> int:
        return facts.get("user", row.user_id)

    def recipients(self, row: Representative) -> set[Recipient]:
        return {Recipient(row.user.email, row.user.name, row.user.language)}


class Platforms(Guarded):
    """Whether a platform is exempt from notices (Permen 5/2020 art. 17(2)); the rest of it alters
    nothing that is ordered."""

    kind = "platform"
    model = Platform
    fields = ("is_cloud",)

    def begin(self, row: Platform) -> None:
        row.is_cloud = False

    def is_lowering(self, row: Platform, name: str, value: Any) -> bool:
        """Either way it decides who is written to."""
        return False


register(Contacts())
register(Platforms())
register(Representatives())
