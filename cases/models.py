"""What we decided and did. State is written only by `cases.lifecycle`."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from moderation_portal.models import User
from platforms.models import Contact, Platform
from reports.models import Handling, Report, ReportedAccount, ReportItem


class Urgency(models.TextChoices):
    ORDINARY = "ordinary", _("ordinary")
    URGENT = "urgent", _("urgent")


class CaseState(models.TextChoices):
    NEW = "new", _("new")
    IN_REVIEW = "in_review", _("in review")
    NEEDS_INFO = "needs_info", _("waiting for information")
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
    STANDING = "standing", _("standing")
    CLAIMED = "claimed", _("the platform says it is gone")
    GONE = "gone", _("gone")
    REFUSED = "refused", _("the platform disagrees")
    NEEDS_INFO = "needs_info", _("the platform asks for more")
    NOT_FOUND = "not_found", _("the platform cannot find it")
    RELEASED = "released", _("released")


OPEN_TARGETS = Q(state__in=["standing", "claimed", "refused", "needs_info", "not_found"])


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
    source = models.CharField(max_length=15)
    report = models.ForeignKey(Report, models.PROTECT, null=True, related_name="+", db_index=False)
    title = models.CharField(max_length=200)
    target_count = models.PositiveIntegerField(default=0)
    report_count = models.PositiveIntegerField(default=0)
    is_formal = models.BooleanField(default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    preservation_asked_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    ours_due_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)

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
                fields=["handling", "due_at", "id"], condition=~Q(state="closed"), name="case_queue"
            ),
            models.Index(fields=["due_at", "id"], condition=~Q(state="closed"), name="case_open"),
            models.Index(
                fields=["state", "handling", "due_at", "id"],
                condition=~Q(state="closed"),
                name="case_by_state",
            ),
            models.Index(
                fields=["owner", "due_at", "id"], condition=~Q(state="closed"), name="case_mine"
            ),
            models.Index(
                fields=["handling", "due_at", "id"],
                condition=Q(owner__isnull=True) & ~Q(state="closed"),
                name="case_unowned",
            ),
            models.Index(
                fields=["platform", "handling", "due_at", "id"],
                condition=~Q(state="closed"),
                name="case_by_platform",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """The number that people quote, e.g. K26-0000123."""
        return f"K{self.opened_at:%y}-{self.pk:07d}"

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
    """An internal note; never leaves the regulator."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="notes")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]


class ChecklistTick(models.Model):
    """One line of the policy's checklist that somebody has done."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="ticks")
    line = models.CharField(max_length=40)
    ticked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    ticked_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "line"], name="one_tick_per_line")]


class Decision(models.Model):
    """Uphold, dismiss, refer or release, with its grounds; the approver is never the author."""

    class Kind(models.TextChoices):
        UPHOLD = "uphold", _("uphold")
        DISMISS = "dismiss", _("dismiss")
        REFER = "refer", _("refer")
        RELEASE = "release", _("accept the platform's reasons")
        WITHDRAW = "withdraw", _("withdraw the order")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("proposed")
        APPROVED = "approved", _("approved")
        SENT_BACK = "sent_back", _("sent back")
        FINAL = "final", _("final")

    case = models.ForeignKey(Case, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=10, choices=State.choices)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    approver = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    bases = ArrayField(models.CharField(max_length=60), default=list)
    test = models.JSONField(default=dict)
    reasons = models.TextField()
    unit = models.CharField(max_length=40, blank=True)
    answer = models.TextField(blank=True)
    policy_version = models.CharField(max_length=40)

    class Meta:
        ordering = ["case_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")),
                name="approver_is_not_the_author",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approver__isnull=False),
                name="approved_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(state="proposed"),
                name="one_proposed_decision_per_case",
            ),
        ]


class Notice(models.Model):
    """A frozen batch to one platform: one urgency, legal basis, handling class and rung."""

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
    message_id = models.CharField(max_length=200, blank=True)
    policy_version = models.CharField(max_length=40)
    item_count = models.PositiveIntegerField(default=0)
    drafted_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["handling", "serial", "revision"], name="one_notice_per_serial"
            )
        ]
        indexes = [
            models.Index(
                fields=["platform", "due_at", "id"],
                condition=Q(state__in=["issued", "served"]),
                name="notice_open_of_platform",
            ),
            models.Index(fields=["id"], condition=Q(state="drafted"), name="notice_to_sign"),
        ]

    def __str__(self) -> str:
        return self.number or f"#{self.pk}"


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
    """One attempt to hand a notice to one contact, with proof."""

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

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="deliveries")
    contact = models.ForeignKey(Contact, models.PROTECT, related_name="deliveries")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    step = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State.choices)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    proof = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "contact", "step", "attempt"], name="one_row_per_attempt"
            )
        ]


class Answer(models.Model):
    """What the platform says of one item. Never changed: a later answer follows an earlier one."""

    class Code(models.TextChoices):
        REMOVED = "removed", _("removed")
        RESTRICTED = "restricted", _("blocked in this country")
        ALREADY_GONE = "already_gone", _("was already gone")
        REFUSED = "refused", _("we disagree")
        NOT_FOUND = "not_found", _("not found")
        NEEDS_INFO = "needs_info", _("we need more information")
        NEEDS_TIME = "needs_time", _("we need more time")

    item = models.ForeignKey(NoticeItem, models.PROTECT, related_name="answers")
    code = models.CharField(max_length=20, choices=Code.choices)
    reason = models.TextField(blank=True)
    reference = models.CharField(max_length=120, blank=True)
    effect_at = models.DateTimeField(null=True)
    channel = models.CharField(max_length=10)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="+")
    receipt = models.CharField(max_length=30)
    is_late = models.BooleanField(default=False)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["item_id", "id"]


class Observation(models.Model):
    """What we saw of a target: present, gone or unclear; with proof."""

    class Result(models.TextChoices):
        PRESENT = "present", _("present")
        GONE = "gone", _("gone")
        UNCLEAR = "unclear", _("unclear")

    target = models.ForeignKey(Target, models.PROTECT, related_name="observations")
    result = models.CharField(max_length=10, choices=Result.choices)
    method = models.CharField(
        max_length=10, choices=[("person", _("a person looked")), ("probe", _("our probe looked"))]
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    proof = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["target_id", "id"]


class Referral(models.Model):
    """A child or trafficking matter handed to the right unit; preservation is asked for first."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="referrals")
    unit = models.CharField(max_length=40)
    reason = models.TextField()
    preservation_asked_at = models.DateTimeField(null=True)
    referred_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    referred_at = models.DateTimeField()


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
