"""What a platform is told: notices, their items and signatures, and every attempt to serve them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from platforms.models import Contact, Platform
from reports.models import Handling

from .case import Target, Urgency

# The texts of a letter. A list needs none of them, and one letter may name thousands of accounts.
LETTER = ("markdown", "text", "html")


def letters_by(*ways: str) -> list[str]:
    """The texts of the letters to which these ways lead (“notice__”), for `defer`."""
    return [f"{way}{name}" for way in ways for name in LETTER]


class Notice(models.Model):
    """A frozen batch to one platform: one urgency, legal basis, handling class and rung.

    Who proposed the correction of an order is never the one who approves it.
    """

    class State(models.TextChoices):
        DRAFTED = "drafted", _("drafted, waits for a signature")
        ISSUED = "issued", _("issued")
        SERVED = "served", _("served")
        SETTLED = "settled", _("settled")
        WITHDRAWN = "withdrawn", _("withdrawn")
        DISCARDED = "discarded", _("draft no longer needed")

    number = models.CharField(max_length=80, null=True, unique=True)
    serial = models.PositiveIntegerField(null=True)
    revision = models.PositiveSmallIntegerField(default=0)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="notices")
    rung = models.CharField(max_length=20)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    handling = models.CharField(max_length=10, choices=Handling.choices)
    basis = models.CharField(max_length=60)
    state = models.CharField(max_length=10, choices=State.choices)
    follows = models.ForeignKey("self", models.PROTECT, null=True, related_name="followed_by")
    signatures_wanted = ArrayField(models.CharField(max_length=20), default=list)
    language = models.CharField(max_length=5)
    subject = models.CharField(max_length=300, blank=True)
    markdown = models.TextField(blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    pdf = models.CharField(max_length=200, blank=True)
    pdf_sha256 = models.CharField(max_length=64, blank=True)
    # When its electronic signature was made; null where letters are not signed so.
    letter_signed_at = models.DateTimeField(null=True)
    message_id = models.CharField(max_length=200, blank=True)
    template = models.CharField(max_length=40, blank=True)
    given = models.JSONField(default=dict)
    reply_key = models.CharField(max_length=16, null=True, unique=True)
    policy_version = models.CharField(max_length=40)
    proposed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    item_count = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # When those who wanted these data kept were told that the time of the letter ends.
    end_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-drafted_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling", "serial", "revision"], name="one_notice_per_serial"
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True)
                | Q(state__in=["drafted", "discarded"])
                | Q(approved_by__isnull=False),
                name="correction_approved_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="correction_approved_by_another",
            ),
        ]
        indexes = [
            models.Index(
                fields=["platform", "due_at", "id"],
                condition=Q(state__in=["issued", "served"]),
                name="notice_open_of_platform",
            ),
            models.Index(fields=["drafted_at", "id"], name="notice_newest"),
            # What an answer by mail refers to.
            models.Index(fields=["message_id"], name="notice_by_message_id"),
            models.Index(
                fields=["issued_at", "id"],
                condition=Q(rung="preservation", end_told_at__isnull=True),
                name="notice_preservation_to_end",
            ),
            models.Index(
                fields=["drafted_at", "id"], condition=Q(state="drafted"), name="notice_to_sign"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


# Issued, and something in it is still open.
OPEN_NOTICES = (Notice.State.ISSUED, Notice.State.SERVED)
# What a platform may still answer: also when nothing is open any more.
ANSWERABLE = (*OPEN_NOTICES, Notice.State.SETTLED)


class NoticeCopy(models.Model):
    """The letter as its platform reads it, where it leaves accounts out for a sealed case.

    The notice itself keeps the whole letter. `left_out` are the ids of the items it does not name,
    `choice` is their hash.
    """

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="copies")
    left_out = ArrayField(models.BigIntegerField())
    choice = models.CharField(max_length=64)
    subject = models.CharField(max_length=300)
    markdown = models.TextField()
    text = models.TextField()
    html = models.TextField()
    pdf = models.CharField(max_length=200)
    pdf_sha256 = models.CharField(max_length=64)
    letter_signed_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "choice"], name="one_copy_per_choice")
        ]

    @property
    def handling(self) -> str:
        """That of its notice."""
        return self.notice.handling

    @property
    def language(self) -> str:
        """That of its notice."""
        return self.notice.language


class Signature(models.Model):
    """A formal rung is signed by persons; each at most once per notice."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(User, models.PROTECT, related_name="+")
    role = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["notice", "signer"], name="one_signature_per_person"),
            models.UniqueConstraint(fields=["notice", "role"], name="one_signature_per_role"),
        ]


class NoticeItem(models.Model):
    """One target in one notice: its clock, its five timestamps, its bound clauses, its answer."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="items")
    target = models.ForeignKey(Target, models.PROTECT, related_name="notice_items")
    position = models.PositiveIntegerField()
    locator = models.CharField(max_length=1000)
    is_withheld = models.BooleanField(default=False)
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField(null=True)
    verified_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    due_steps = models.JSONField(default=list)
    clauses = models.JSONField(default=list)
    next_step_at = models.DateTimeField(null=True)
    step = models.PositiveSmallIntegerField(default=0)
    answer_code = models.CharField(max_length=20, blank=True)
    is_late = models.BooleanField(default=False)

    class Meta:
        ordering = ["notice_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "target"], name="one_item_per_target"),
            models.UniqueConstraint(fields=["notice", "position"], name="one_item_per_place"),
        ]
        indexes = [
            models.Index(
                fields=["next_step_at", "id"],
                condition=Q(next_step_at__isnull=False),
                name="item_next_step",
            ),
            models.Index(fields=["id"], condition=Q(is_withheld=True), name="item_withheld"),
        ]


class Delivery(models.Model):
    """One attempt to hand a notice to one contact, with proof.

    A quiet one never left the house: a sealed case speaks for its accounts.
    """

    class State(models.TextChoices):
        TRYING = "trying", _("being handed over")
        PLACED = "placed", _("lies in the portal")
        ACCEPTED = "accepted", _("accepted")
        FAILED = "failed", _("failed, tried again")
        UNCERTAIN = "uncertain", _("uncertain, sent again")
        REFUSED = "refused", _("refused")
        ANNULLED = "annulled", _("annulled by a later bounce")

    class Purpose(models.TextChoices):
        NOTICE = "notice", _("the notice")
        REMINDER = "reminder", _("reminder")
        REPLAY = "replay", _("sent again as asked")

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="deliveries")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    step = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)
    is_quiet = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "contact", "step", "attempt"], name="one_row_per_attempt"
            )
        ]


class LinkVisit(models.Model):
    """A browser that opened a signed link, and the one-time code that confirms its holder."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="visits")
    contact = models.ForeignKey(Contact, models.CASCADE, related_name="visits")
    browser_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, blank=True)
    code_expires_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "contact", "browser_hash"], name="one_visit_per_browser"
            )
        ]
