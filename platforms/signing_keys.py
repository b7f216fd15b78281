"""The secrets with which we sign what goes to a platform's webhook, so that it knows us.

Each contact has its own. It is shown once, to the steward who makes it, and kept encrypted: we sign
with it ourselves. A new one does not end the old at once: while both are good every call carries a
signature by each, so that the platform can change over without losing a notice.
"""

import secrets
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, vault
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import Role

WEBHOOK = "webhook"
# How long the former secret still signs beside a new one.
OVERLAP = timedelta(days=7)


class WebhookSecret(models.Model):
    """A secret of one contact; `sealed` is its ciphertext."""

    contact = models.ForeignKey("platforms.Contact", models.CASCADE, related_name="secrets")
    sealed = models.BinaryField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at", "-id"]


@transaction.atomic
def make(contact: models.Model, *, actor: User, at: datetime) -> str:
    """A new secret for a webhook contact; returns it, this once. Those before it end a week later.

    Raises Refused for anybody but a steward, Invalid for a contact that is no webhook.
    """
    if actor.role != Role.STEWARD:
        raise Refused(_("Only a steward asks for this."))
    if getattr(contact, "channel", "") != WEBHOOK:
        raise Invalid(_("Only a webhook is signed."))
    type(contact)._default_manager.select_for_update(no_key=True).get(pk=contact.pk)
    secret = "mw_" + secrets.token_urlsafe(32)
    current(contact.pk, at).filter(ends_at=None).update(ends_at=at + OVERLAP)
    WebhookSecret.objects.create(
        contact_id=contact.pk, sealed=vault.encrypt(secret), made_by=actor, made_at=at
    )
    audit.record("contact.secret_made", f"contact:{contact.pk}", actor=actor, at=at)
    return secret


def of(contact_id: int, at: datetime) -> list[str]:
    """The secrets that sign at this instant, the newest first."""
    return [vault.decrypt(bytes(one.sealed)) for one in current(contact_id, at)]


def current(contact_id: int, at: datetime) -> QuerySet[WebhookSecret]:
    """The secrets of a contact that have not ended."""
    return WebhookSecret.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), contact_id=contact_id)
