"""A case, the accounts in it, and what its people keep beside it. State is written only by
`cases.lifecycle`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from moderation_portal import full_text, series
from moderation_portal.models import User
from platforms.models import Platform
from reports.models import Handling, Report, ReportedAccount, ReportItem


class Urgency(models.TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    URGENT = "urgent", _("urgent")


class CaseState(models.TextChoices):
    NEW = "new", _("new")
    IN_REVIEW = "in_review", _("in review")
    NEEDS_INFO = "needs_info", _("waiting for information")
    WITH_PANEL = "with_panel", _("before a panel")
    AWAITING_APPROVAL = "awaiting_approval", _("waiting for approval")
    APPROVED = "approved", _("approved, waiting to be sent")
    ORDERED = "ordered", _("ordered")
    CLOSED = "closed", _("closed")


class CaseOutcome(models.TextChoices):
    GONE = "gone", _("accounts gone")
    NO_VIOLATION = "no_violation", _("no violation")
    REFERRED = "referred", _("referred")
    MERGED = "merged", _("merged into another case")
    WITHDRAWN = "withdrawn", _("order withdrawn")
    RELEASED = "released", _("the platform's reasons were accepted")


class TargetState(models.TextChoices):
    STANDING = "standing", _("still up")
    CLAIMED = "claimed", _("the platform says it is gone")
    GONE = "gone", _("gone")
    REFUSED = "refused", _("the platform disagrees")
    NEEDS_INFO = "needs_info", _("the platform asks for more")
    NOT_FOUND = "not_found", _("the platform cannot find it")
    RELEASED = "released", _("released")


class Withholding(models.TextChoices):
    """Whether a sealed case holds back the ordinary orders of its accounts."""

    NONE = "", _("nothing to hold back")
    BOUNDED = "bounded", _("held back until somebody takes the case")
    HELD = "held", _("held back by an officer")
    LAPSED = "lapsed", _("goes on until an officer holds it back")
    LET_GO = "let_go", _("goes on: an officer let it go")


# Nothing is decided yet: the case still takes further accounts in.
BEFORE_DECISION = (
    CaseState.NEW,
    CaseState.IN_REVIEW,
    CaseState.NEEDS_INFO,
    CaseState.WITH_PANEL,
)
SETTLED_STATES = (TargetState.GONE, TargetState.RELEASED)
OPEN_STATES = tuple(state for state in TargetState if state not in SETTLED_STATES)
OPEN_TARGETS = Q(state__in=[str(state) for state in OPEN_STATES])


class Case(models.Model):
    """One decision to be made: one platform, one category and urgency, one handling class."""

    platform = models.ForeignKey(Platform, models.PROTECT, related_name="cases")
    category = models.CharField(max_length=40)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    handling = models.CharField(max_length=10, choices=Handling.choices)
    state = models.CharField(max_length=20, choices=CaseState.choices, default=CaseState.NEW)
    outcome = models.CharField(max_length=15, choices=CaseOutcome.choices, blank=True)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="cases")
    held_at = models.DateTimeField(null=True)
    # Before whom a steward's rule has put it (`reports.routing`), and that rule.
    team = models.CharField(max_length=120, blank=True, db_default="")
    team_rule = models.CharField(max_length=60, blank=True, db_default="")
    source = models.CharField(max_length=15)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    target_count = models.PositiveIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    is_formal = models.BooleanField(default=False)
    withholding = models.CharField(
        max_length=10, choices=Withholding.choices, default=Withholding.NONE, blank=True
    )
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    preservation_asked_at = models.DateTimeField(null=True)
    panel_asked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    ours_due_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    met_at = models.DateTimeField(null=True)
    # The platform owes nothing of what was ordered: `clocks.redue` says so.
    is_answered = models.BooleanField(default=False, db_default=False)
    # Its place among the open ones: when its clock ends or, once the platform has answered, since
    # when it waits for a look of ours.
    queued_at = models.GeneratedField(
        expression=models.Case(
            models.When(
                state=CaseState.ORDERED, is_answered=True, then=Coalesce("met_at", "due_at")
            ),
            default=models.F("due_at"),
        ),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CaseState.values), name="case_state_known"
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & ~Q(outcome=""))
                | (~Q(state="closed") & Q(outcome="")),
                name="case_closed_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(
                fields=["handling", "queued_at", "id"],
                condition=~Q(state="closed"),
                name="case_queue",
            ),
            models.Index(
                fields=["queued_at", "id"], condition=~Q(state="closed"), name="case_open"
            ),
            models.Index(
                fields=["handling", "opened_at", "id"],
                condition=~Q(state="closed"),
                name="case_by_age",
            ),
            models.Index(
                fields=["state", "handling", "queued_at", "id"],
                condition=~Q(state="closed"),
                name="case_by_state",
            ),
            models.Index(
                fields=["owner", "queued_at", "id"], condition=~Q(state="closed"), name="case_mine"
            ),
            models.Index(
                fields=["handling", "queued_at", "id"],
                condition=Q(owner__isnull=True) & ~Q(state="closed"),
                name="case_unowned",
            ),
            models.Index(
                fields=["platform", "handling", "queued_at", "id"],
                condition=~Q(state="closed"),
                name="case_by_platform",
            ),
            models.Index(
                fields=["team", "handling", "queued_at", "id"],
                condition=~Q(team="") & ~Q(state="closed"),
                name="case_of_team",
            ),
            models.Index(
                fields=["handling", "closed_at", "id"],
                condition=Q(state="closed"),
                name="case_closed_queue",
            ),
            models.Index(
                fields=["closed_at", "id"], condition=Q(state="closed"), name="case_closed"
            ),
            models.Index(
                fields=["opened_at"],
                condition=Q(withholding="bounded") & ~Q(state="closed"),
                name="case_withholding_bounded",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that people quote, e.g. K26-0000123; sealed cases have their own series."""
        return series.number("K", self.pk, self.opened_at)

    @property
    def thread(self) -> str:
        """The name of this case's timeline in the record."""
        return f"case:{self.pk}"


class Target(models.Model):
    """One account in one case. At most one open target per account and handling class."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="targets")
    account = models.ForeignKey(ReportedAccount, models.PROTECT, related_name="targets")
    handling = models.CharField(max_length=10, choices=Handling.choices)
    state = models.CharField(
        max_length=12, choices=TargetState.choices, default=TargetState.STANDING
    )
    visibility = models.CharField(max_length=12)
    report_count = models.PositiveIntegerField(default=1)
    ready_at = models.DateTimeField(null=True)
    next_check_at = models.DateTimeField(null=True)
    checks_done = models.PositiveSmallIntegerField(default=0)
    gone_since = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    # The order names another address than the one that was reported: only people look there.
    is_corrected = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["case_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "handling"],
                condition=OPEN_TARGETS,
                name="one_open_target_per_account_and_handling",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ready_at", "id"],
                condition=Q(ready_at__isnull=False),
                name="target_ready_for_notice",
            ),
            models.Index(
                fields=["next_check_at", "id"],
                condition=Q(next_check_at__isnull=False),
                name="target_to_check",
            ),
        ]


class Joining(models.Model):
    """Which report item brought which target, or joined it."""

    item = models.OneToOneField(ReportItem, models.PROTECT, related_name="joining")
    target = models.ForeignKey(Target, models.PROTECT, related_name="joinings")
    joined_at = models.DateTimeField()


class CaseView(models.Model):
    """Who has opened a case, and when last: nobody judges what they have not opened."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="views")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "user"], name="one_view_per_case_and_person")
        ]


class CaseNote(models.Model):
    """An internal note; never leaves the regulator. `mentions`: what stands behind an @ in the
    text and names a colleague who was told of it."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    mentions = ArrayField(models.CharField(max_length=160), default=list)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [full_text.index_of_words("text", "note_words")]
