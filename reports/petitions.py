"""A demand without accounts ("close the whole app"): registered and answered, never a case."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal import audit
from moderation_portal.errors import Conflict, Invalid
from platforms.models import Platform

from . import permissions
from .models import Petition
from .texts import plain


def register(
    platform: Platform,
    organisation: str,
    demand: str,
    remedy: str,
    *,
    received_on: date,
    actor,
    at: datetime,
) -> Petition:
    """Registers a petition; `remedy` is what it wants closed: accounts, feature or platform."""
    permissions.only_staff(actor)
    if not organisation.strip() or not demand.strip():
        raise Invalid(_("Give the organisation and what it demands."))
    with transaction.atomic():
        petition = Petition.objects.create(
            platform=platform,
            organisation=plain(organisation),
            demand=plain(demand),
            remedy=remedy,
            received_on=received_on,
        )
        _record("petition.registered", petition, actor, at)
    return petition


def reply(petition: Petition, words: str, *, actor, at: datetime) -> Petition:
    """Answers a petition with reasons, once. Raises Conflict when it was answered meanwhile."""
    permissions.only_staff(actor)
    if not words.strip():
        raise Invalid(_("Write the answer, with its reasons."))
    with transaction.atomic():
        answered = Petition.objects.filter(pk=petition.pk, replied_at=None).update(
            reply=plain(words), replied_by_id=actor.pk, replied_at=at
        )
        if not answered:
            raise Conflict(_("This petition has been answered already."))
        petition.refresh_from_db()
        _record("petition.answered", petition, actor, at)
    return petition


def _record(kind: str, petition: Petition, actor, at: datetime) -> None:
    data = {"platform": petition.platform.slug, "remedy": petition.remedy}
    audit.record(kind, f"petition:{petition.pk}", actor=actor, at=at, data=data)
