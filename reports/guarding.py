"""What of this room takes two persons: who files for the police, a ministry or a court.

Everything of a contact point, its name too: requests are accepted on the word of who it names. Of
an agency what it is: its contact points file as that.
"""

from collections.abc import Mapping
from typing import Any

from moderation_portal.account_mail import Recipient
from moderation_portal.guarded import Guarded, Versioned, register
from moderation_portal.policy import pack

from .models import Agency, ContactPoint, RoutingRule


class ContactPoints(Guarded):
    """The registered door of an agency (Permen 5/2020 art. 17(1))."""

    kind = "contact_point"
    model = ContactPoint
    fields = ("agency", "name", "email", "user", "registered_on", "ended_on", "is_active")
    private = frozenset({"name", "email"})
    letter = "contact_changed"
    joined = ("agency", "user")

    def is_lowering(self, row: ContactPoint, name: str, value: Any) -> bool:
        """An end is set at once, or brought forward; put off or taken away, it takes two."""
        if name != "ended_on":
            return super().is_lowering(row, name, value)
        ends = self.field(name).to_python(value)
        return ends is not None and (row.ended_on is None or ends < row.ended_on)

    def person(self, row: ContactPoint, facts: Mapping[str, Any]) -> int | None:
        return facts.get("user", row.user_id)

    def recipients(self, row: ContactPoint) -> set[Recipient]:
        language = row.user.language if row.user else pack().languages[0]
        told = {Recipient(row.email, row.name, language)}
        if row.user:
            told.add(Recipient(row.user.email, row.user.name, language))
        return told


class Agencies(Guarded):
    """A ministry, police unit or court."""

    kind = "agency"
    model = Agency
    fields = ("name", "kind", "area")

    def begin(self, row: Agency) -> None:
        """Nothing is switched off: a new one has no contact point, without whom nobody files."""

    def facts(self, row: Agency, wanted: Mapping[str, Any], *, is_new: bool) -> dict[str, Any]:
        """A new one needs nobody else; each of its contact points does."""
        return {} if is_new else super().facts(row, wanted, is_new=False)


class RoutingRules(Versioned):
    """A steward's rule: every word of it, for it decides before whom a telling lies."""

    kind = "routing_rule"
    model = RoutingRule
    fields = (
        "place",
        "category",
        "host_kind",
        "platform",
        "source",
        "area",
        "unit",
        "team",
        "because",
        "valid_from",
        "valid_to",
        "is_active",
    )
    joined = ("platform",)


register(Agencies())
register(ContactPoints())
register(RoutingRules())
