"""Blocks: what was decided on a proposal, the letters to access providers, and the way back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User

from .notice import Notice


class Block(models.Model):
    """The decision on an issued proposal, and what follows from it.

    Two further persons stand behind each letter to the access providers: one enters the decision
    (`entered_by`), another has the letter issued (`issued_by`); one enters the request to restore
    access (`asked_by`), another decides it (`decided_by`). The database holds them apart.
    """

    class State(models.TextChoices):
        ENTERED = "entered", _("waits for a second person")
        REFUSED = "refused", _("refused")
        ORDERED = "ordered", _("being blocked")
        BLOCKED = "blocked", _("blocked")
        RESTORING = "restoring", _("being restored")
        RESTORED = "restored", _("restored")
        DROPPED = "dropped", _("entry dropped")

    # In no order: sealed proposals lead here as well, and the id stands in an address.
    id = series.ScatteredId(primary_key=True)
    proposal = models.ForeignKey(Notice, models.PROTECT, related_name="blocks")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ENTERED)
    is_granted = models.BooleanField()
    decision = models.CharField(max_length=80)
    decided_on = models.DateField()
    hosts = ArrayField(models.CharField(max_length=253), default=list)
    note = models.TextField(blank=True)
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    issued_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-entered_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["proposal"], condition=~Q(state="dropped"), name="one_block_per_proposal"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["entered", "dropped"]) | Q(issued_by__isnull=False),
                name="block_issued_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(issued_by__isnull=True) | ~Q(issued_by=F("entered_by")),
                name="block_issued_by_another",
            ),
        ]
        indexes = [models.Index(fields=["entered_at", "id"], name="block_newest")]

    def __str__(self) -> str:
        return self.decision

    @property
    def handling(self) -> str:
        """That of its proposal."""
        return self.proposal.handling


class RestoreRequest(models.Model):
    """A request to restore access to what is blocked (Permenkominfo 5/2020 art. 20): by the
    platform with its documents, or by a ministry or agency by letter alone."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")

    block = models.ForeignKey(Block, models.PROTECT, related_name="requests")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    is_by_office = models.BooleanField(default=False)
    letter_number = models.CharField(max_length=80)
    letter_date = models.DateField()
    documents = ArrayField(models.CharField(max_length=20), default=list)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decision = models.CharField(max_length=80, blank=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["block"], condition=Q(state="open"), name="one_open_request_per_block"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_by__isnull=False),
                name="request_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="request_decided_by_another",
            ),
        ]


class AccessLetter(models.Model):
    """A letter to one access provider: to block, or to restore access. Written once; what the
    provider said is added by hand."""

    class Kind(models.TextChoices):
        BLOCK = "block_order", _("order to block")
        RESTORE = "normalisation", _("order to restore")

    id = series.ScatteredId(primary_key=True)
    block = models.ForeignKey(Block, models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=15, choices=Kind.choices)
    serial = models.PositiveIntegerField(null=True, unique=True)
    number = models.CharField(max_length=80, unique=True)
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=254)
    language = models.CharField(max_length=5)
    markdown = models.TextField()
    policy_version = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)
    confirmed_on = models.DateField(null=True)
    confirmation = models.CharField(max_length=200, blank=True)
    confirmed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["issued_at", "provider"]
        constraints = [
            models.UniqueConstraint(
                fields=["block", "kind", "provider"], name="one_letter_per_provider"
            )
        ]

    def __str__(self) -> str:
        return self.number
