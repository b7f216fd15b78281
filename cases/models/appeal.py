"""Appeals: somebody holds that an order against an account was wrong, and who judges that."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User
from reports.models import Handling

from .notice import Notice, NoticeItem


class Appeal(models.Model):
    """An objection to an order against one account, judged by somebody who had no part in it.

    `number`, `account` and `statement` are what the appellant wrote, `item` is the account of which
    notice they mean (null while nobody knows, and for ever where there is none). Until that was
    looked up the row counts as sealed. The holder of an account gives no name: a receipt code, kept
    as a keyed hash, opens their page.
    """

    class Appellant(models.TextChoices):
        HOLDER = "holder", _("the account's holder")
        PLATFORM = "platform", _("the platform, for the holder")
        OFFICE = "office", _("the regulator's own motion")

    class State(models.TextChoices):
        FILED = "filed", _("waits for a reviewer")
        IN_REVIEW = "in_review", _("being reviewed")
        UPHELD = "upheld", _("upheld")
        PARTLY = "partly", _("upheld in part")
        DISMISSED = "dismissed", _("dismissed")
        INADMISSIBLE = "inadmissible", _("not admissible")

    # In no order: sealed orders are appealed as well, and the id stands in an address.
    id = series.ScatteredId(primary_key=True)
    appellant = models.CharField(max_length=10, choices=Appellant.choices)
    state = models.CharField(max_length=12, choices=State.choices, default=State.FILED)
    handling = models.CharField(max_length=10, choices=Handling.choices, default=Handling.SEALED)
    item = models.ForeignKey(NoticeItem, models.PROTECT, null=True, related_name="appeals")
    number = models.CharField(max_length=100)
    account = models.CharField(max_length=500)
    statement = models.TextField()
    language = models.CharField(max_length=5)
    receipt_hash = models.CharField(max_length=64, null=True, unique=True)
    # Tells a second click from a second appeal.
    filing_key = models.CharField(max_length=64, null=True, unique=True)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    filed_at = models.DateTimeField()
    due_at = models.DateTimeField()
    placed_at = models.DateTimeField(null=True)
    reviewer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # When the reviewer took it, declaring that nothing ties them to the matter.
    taken_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    # Of what was upheld in part: what stays removed.
    stays = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    restoration = models.ForeignKey(Notice, models.PROTECT, null=True, related_name="appeals")
    restored_at = models.DateTimeField(null=True)
    # When the reviewer was told that its time ran out before we saw it restored.
    late_told_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-filed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="filed")
                | Q(reviewer__isnull=False, taken_at__isnull=False, placed_at__isnull=False),
                name="appeal_reviewed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(reviewer__isnull=True)
                | Q(filed_by__isnull=True)
                | ~Q(reviewer=F("filed_by")),
                name="appeal_reviewed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["filed", "in_review"])
                | (Q(decided_at__isnull=False) & ~Q(answer="")),
                name="appeal_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "partly", "dismissed"]) | Q(item__isnull=False),
                name="appeal_judged_of_an_account",
            ),
            models.CheckConstraint(
                condition=Q(restored_at__isnull=True) | Q(state__in=["upheld", "partly"]),
                name="appeal_restored_once_upheld",
            ),
        ]
        indexes = [
            models.Index(
                fields=["handling", "due_at", "id"],
                condition=Q(state__in=["filed", "in_review"]),
                name="appeal_open",
            ),
            models.Index(fields=["filed_at", "id"], name="appeal_newest"),
            models.Index(
                fields=["filed_at", "id"],
                condition=Q(placed_at__isnull=True),
                name="appeal_unplaced",
            ),
        ]

    def __str__(self) -> str:
        return self.number


# Nobody has judged these yet.
OPEN_APPEALS = (Appeal.State.FILED, Appeal.State.IN_REVIEW)
UPHELD_APPEALS = (Appeal.State.UPHELD, Appeal.State.PARTLY)
