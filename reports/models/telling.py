"""Tellings: who told, which accounts, what was found, asked and handed in."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from moderation_portal import full_text, series
from moderation_portal.models import User
from platforms.models import Platform

from .kinds import Handling, Remedy, ReporterKind, Visibility
from .letter import FormalRequest
from .petition import Petition
from .routing_rule import DESK


class Reporter(models.Model):
    """Who told us, without a name: the name is in `ReporterIdentity`."""

    kind = models.CharField(max_length=15, choices=ReporterKind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="reporters")
    area = models.CharField(max_length=13, blank=True)
    language = models.CharField(max_length=5, default=settings.LANGUAGE_CODE)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "kind"],
                condition=models.Q(user__isnull=False),
                name="one_reporter_per_user_and_kind",
            )
        ]


class ReporterIdentity(models.Model):
    """Name and contact of a reporter, each field encrypted (`vault`); erased on its own."""

    reporter = models.OneToOneField(Reporter, models.CASCADE, related_name="identity")
    name = models.BinaryField()
    email = models.BinaryField()
    phone = models.BinaryField()


class ReportedAccount(models.Model):
    """One canonical locator on one platform."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="accounts", db_index=False)
    kind = models.CharField(max_length=12)
    canonical = models.CharField(max_length=500)
    display = models.CharField(max_length=500)
    url = models.CharField(max_length=1000, blank=True)
    visibility = models.CharField(
        max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC
    )
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["canonical", "platform", "kind"], name="one_account_per_locator"
            )
        ]
        indexes = [
            GinIndex(
                fields=["canonical"], opclasses=["gin_trgm_ops"], name="account_canonical_trgm"
            )
        ]

    def __str__(self) -> str:
        return self.display


def report_number(pk: int, received_at: datetime) -> str:
    """The number of a report whose row is not at hand."""
    return series.number("R", pk, received_at)


class Report(models.Model):
    """One telling: reporter, category, reason, evidence, channel, time seen."""

    class Channel(models.TextChoices):
        WEB = "web", _("public form")
        STAFF = "staff", _("entered by staff")
        LETTER = "letter", _("formal request")
        API = "api", _("API")
        CSV = "csv", _("file import")
        MAIL = "mail", _("mail that came in")

    # Keys whose column leads another index have none of their own: an import writes each row to it.
    reporter = models.ForeignKey(Reporter, models.PROTECT, related_name="reports", db_index=False)
    formal_request = models.ForeignKey(
        FormalRequest, models.PROTECT, null=True, related_name="reports", db_index=False
    )
    channel = models.CharField(max_length=10, choices=Channel.choices)
    category = models.CharField(max_length=40)
    handling = models.CharField(max_length=10, choices=Handling.choices, default=Handling.ORDINARY)
    reason = models.TextField(blank=True)
    requested_remedy = models.CharField(max_length=20, choices=Remedy.choices, blank=True)
    area = models.CharField(max_length=13, blank=True)
    place = models.CharField(max_length=160, blank=True)
    is_good_faith = models.BooleanField(default=False)
    seen_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    language = models.CharField(max_length=5, default=settings.LANGUAGE_CODE)
    receipt_hash = models.CharField(max_length=64, null=True)
    telling_hash = models.CharField(max_length=64)
    item_count = models.PositiveIntegerField(default=0)
    needs_verifier = models.BooleanField(default=False)

    class Meta:
        ordering = ["-received_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["telling_hash"], name="one_report_per_very_telling"),
            models.UniqueConstraint(
                fields=["receipt_hash"],
                condition=models.Q(receipt_hash__isnull=False),
                name="one_report_per_receipt",
            ),
        ]
        indexes = [
            models.Index(fields=["reporter", "-received_at", "-id"], name="report_of_reporter"),
            models.Index(
                fields=["formal_request"],
                condition=models.Q(formal_request__isnull=False),
                name="report_of_request",
            ),
            models.Index(
                fields=["received_at", "id"],
                condition=models.Q(needs_verifier=True),
                name="report_to_verify",
            ),
            full_text.index_of_words("reason", "report_words"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that people quote, e.g. R26-0000123."""
        return report_number(self.pk, self.received_at)


class ReportItem(models.Model):
    """Each account in a report. The item has the state; the report's state is derived from it."""

    class State(models.TextChoices):
        RECEIVED = "received", _("received")
        NEEDS_INFO = "needs_info", _("more information needed")
        ACCEPTED = "accepted", _("in a case")
        DUPLICATE = "duplicate", _("joined to an open case")
        ROUTED = "routed_elsewhere", _("passed to the responsible unit")
        DECLINED = "declined", _("declined")

    class Progress(models.TextChoices):
        """What the reporter may know of the case; written only by `receipts.project`."""

        WAITING = "waiting", _("waiting to be looked at")
        LOOKED_AT = "looked_at", _("being looked at")
        ORDERED = "ordered", _("the platform has been told to act")
        REMOVED = "removed", _("gone: we have checked")
        NOT_REMOVED = "not_removed", _("closed without removal")
        REFERRED = "referred", _("handed to another unit")
        WITHDRAWN = "withdrawn", _("ordered, and the order withdrawn")
        RELEASED = "released", _("ordered, and the platform's reasons accepted")

    report = models.ForeignKey(Report, models.PROTECT, related_name="items", db_index=False)
    position = models.PositiveIntegerField()
    raw = models.CharField(max_length=2000)
    account = models.ForeignKey(ReportedAccount, models.PROTECT, null=True, related_name="items")
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    progress = models.CharField(max_length=12, choices=Progress.choices, default=Progress.WAITING)
    # As it was told; blank where nobody said who can see it.
    visibility = models.CharField(max_length=12, choices=Visibility.choices, blank=True)
    gaps = models.JSONField(default=list)
    unit = models.CharField(max_length=40, blank=True)
    rule = models.CharField(max_length=60, blank=True)
    vouched = models.JSONField(null=True)
    declined_code = models.CharField(max_length=40, blank=True, db_default="")
    declined_because = models.TextField(blank=True)

    class Meta:
        ordering = ["report_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="one_item_per_position")
        ]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(state="received"), name="item_received"),
            models.Index(
                fields=["id"], condition=models.Q(state="needs_info"), name="item_needs_info"
            ),
            models.Index(
                fields=["id"], condition=models.Q(rule__startswith=DESK), name="item_by_desk_rule"
            ),
        ]

    @property
    def shown(self) -> str:
        """The account as it is shown: canonical where it is known, else as it was told."""
        return self.account.display if self.account else self.raw


class Question(models.Model):
    """What an officer asks a reporter about some accounts of their report, and the answer."""

    id = series.ScatteredId(primary_key=True)
    report = models.ForeignKey(Report, models.PROTECT, related_name="questions")
    items = models.ManyToManyField(ReportItem, related_name="questions")
    text = models.TextField()
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["asked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at=None)
                | ~models.Q(answer="") & models.Q(answered_at__isnull=False),
                name="question_answered_in_words",
            )
        ]


class Finding(models.Model):
    """What a detector says of its own report, and what a human verifier said of it."""

    class Verdict(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        REJECTED = "rejected", _("rejected")

    report = models.OneToOneField(Report, models.CASCADE, related_name="finding")
    tool = models.CharField(max_length=80)
    tool_version = models.CharField(max_length=40)
    rule = models.CharField(max_length=120)
    rule_version = models.CharField(max_length=40)
    query = models.CharField(max_length=300, blank=True)
    score = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    fetched_at = models.DateTimeField(null=True)
    public_access_proof = models.TextField(blank=True)
    content_hash = models.CharField(max_length=64, blank=True)
    capture = models.CharField(max_length=300, blank=True)
    verifier = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    verdict_reason = models.TextField(blank=True)
    verified_at = models.DateTimeField(null=True)


class Evidence(models.Model):
    """A file that was handed in: hashed, re-encoded or encrypted, never served inline."""

    class Kind(models.TextChoices):
        SCREENSHOT = "screenshot", _("screenshot")
        LETTER = "letter", _("signed letter")
        OTHER = "other", _("other")

    id = series.ScatteredId(primary_key=True)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="evidence")
    formal_request = models.ForeignKey(
        FormalRequest, models.PROTECT, null=True, related_name="evidence"
    )
    petition = models.ForeignKey(Petition, models.PROTECT, null=True, related_name="evidence")
    name = models.CharField(max_length=200)
    mime = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    # Of the file as it was handed in, before a picture was encoded anew.
    original_sha256 = models.CharField(max_length=64, blank=True, db_default="", db_index=True)
    path = models.CharField(max_length=200, unique=True)
    # The file of which this one is a copy without what was covered; nobody covers the original.
    redacts = models.ForeignKey("self", models.PROTECT, null=True, related_name="redactions")
    is_quarantined = models.BooleanField(default=False)
    wrapped_key = models.BinaryField(null=True)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
