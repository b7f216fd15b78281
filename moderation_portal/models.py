"""What every room stands on: users, the append-only record, the outbox, long jobs, limits."""

from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from . import series
from .figures import ConfirmedFigures as ConfirmedFigures
from .letter_texts import LetterText as LetterText
from .pump_models import PumpMark as PumpMark
from .pump_models import Standstill as Standstill
from .roles import CLEARABLE, CLEARED, Role

# The rooms that keep reference data; cases are never edited in the Django admin.
REFERENCE_ROOMS = frozenset({"moderation_portal", "platforms", "reports"})


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractUser):
    """A person (or a detector's machine account) who signs in, in exactly one role."""

    username = None  # type: ignore[assignment]  # people are known by their e-mail address
    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    is_cleared = models.BooleanField(
        _("cleared for sealed cases"),
        default=False,
        help_text=_("May open sealed cases. Child-protection officers always may."),
    )
    area = models.CharField(
        _("area"), max_length=13, blank=True, help_text=_("Kemendagri code, e.g. 35.73.05")
    )
    unit = models.CharField(_("unit"), max_length=120, blank=True)
    language = models.CharField(
        _("language"), max_length=5, default=settings.LANGUAGE_CODE, choices=settings.LANGUAGES
    )

    # Kept beside the rows themselves (`news`), for every page shows it.
    unread_news = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(role__in=[r for r in Role.values if r != Role.SYSTEM]),
                name="user_role_known",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args, **kwargs):
        self.email = self.email.lower()
        self.is_cleared = self.role in CLEARED or (self.is_cleared and not self._has_new_role())
        self.is_staff = self.role == Role.STEWARD
        super().save(*args, **kwargs)

    def _has_new_role(self) -> bool:
        """A clearance belongs to the role for which it was given; with another it is given anew."""
        kept = User.objects.filter(pk=self.pk).values_list("role", flat=True).first()
        return self.role not in CLEARABLE or (kept is not None and kept != self.role)

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """A session ends with the password, the address, role or clearance that it began with."""
        standing = "\x00".join([self.password, self.email, self.role, str(self.is_cleared)])
        return salted_hmac(
            "moderation_portal.User.session", standing, secret=secret, algorithm="sha256"
        ).hexdigest()

    def has_perm(self, perm: str, obj=None) -> bool:
        """In the Django admin a steward keeps the reference data; nobody else keeps anything."""
        return self.has_module_perms(perm.partition(".")[0])

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.role == Role.STEWARD and app_label in REFERENCE_ROOMS


class Change(models.Model):
    """What a steward wants of a row that nobody changes alone (`changes`). It takes effect when a
    second person approves it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    kind = models.CharField(max_length=20)
    row = models.BigIntegerField()
    # Whom it concerns: the account, the representative, the key's owner. Never its approver.
    person = models.ForeignKey(User, models.PROTECT, null=True, related_name="changes")
    before = models.JSONField(default=dict)  # what stood there, by the names of `facts`
    facts = models.JSONField()  # the new values, by name
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("change")
        verbose_name_plural = _("changes by two persons")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "row"],
                condition=models.Q(state="waiting"),
                name="one_waiting_change_per_row",
            ),
            models.CheckConstraint(
                condition=models.Q(state="waiting", decided_by=None, decided_at=None)
                | ~models.Q(state="waiting")
                & models.Q(decided_by__isnull=False, decided_at__isnull=False),
                name="change_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | ~models.Q(decided_by=models.F("proposed_by"))
                & (models.Q(person=None) | ~models.Q(decided_by=models.F("person"))),
                name="change_approved_by_a_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row}, {self.proposed_at:%Y-%m-%d}"


class News(models.Model):
    """What a colleague should know of: that they are named in a note, that a case is theirs."""

    id = series.ScatteredId(primary_key=True)
    person = models.ForeignKey(User, models.CASCADE, related_name="news")
    kind = models.CharField(max_length=40)
    address = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    is_sealed = models.BooleanField(default=False)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-told_at", "-pk"]
        indexes = [models.Index(fields=["person", "told_at", "id"], name="news_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} {self.address}"


class ApiToken(models.Model):
    """A scoped key for a machine; only a keyed hash of it is stored.

    One that a steward asked for is not active before a second person approves it.
    """

    user = models.ForeignKey(
        User, models.CASCADE, related_name="api_tokens", verbose_name=_("machine")
    )
    label = models.CharField(_("label"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40), verbose_name=_("what it opens"))
    created_at = models.DateTimeField(_("made at"))
    expires_at = models.DateTimeField(_("ends at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("machine key")
        verbose_name_plural = _("machine keys")

    def __str__(self) -> str:
        return self.label


class IdempotentCall(models.Model):
    """The saved answer to one API call, so that a repeat changes nothing."""

    client = models.CharField(max_length=80)
    key = models.CharField(max_length=120)
    body_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "key"], name="one_answer_per_client_and_key")
        ]


class LimitCount(models.Model):
    """How often something was done in one window; counted exactly by an upsert (`limits`)."""

    scope = models.CharField(max_length=40)
    subject_hash = models.CharField(max_length=64)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "subject_hash", "window"], name="one_count_per_window"
            )
        ]


class Event(models.Model):
    """One line of the append-only record (table partitioned by month of `recorded_at`).

    `subject` is what it happened to ("notice:7"), `thread` the page whose timeline shows it
    ("case:3"). The table also has `tx xid8`, by which `audit.seal` finds closed batches.
    UPDATE, DELETE and TRUNCATE are refused by triggers.
    """

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    thread = models.CharField(max_length=60)
    actor_id = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20)
    actor_name = models.CharField(max_length=120)
    is_sealed = models.BooleanField(default=False)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class Seal(models.Model):
    """The signed Merkle root (RFC 6962) of one closed batch of events."""

    from_tx = models.BigIntegerField()
    to_tx = models.BigIntegerField()
    # The first event of the server that wrote these: another, into which a dump was read, counts
    # its transactions anew.
    since = models.BigIntegerField(default=0, db_default=0)
    first_event = models.BigIntegerField(null=True)
    last_event = models.BigIntegerField(null=True, db_index=True)
    size = models.PositiveIntegerField()
    leaves = models.BinaryField()
    root = models.CharField(max_length=64)
    previous_root = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=200)
    sealed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["since", "to_tx"], name="seal_of_a_stretch_once"),
        ]


class Lane(models.TextChoices):
    """Who waits for whom: nothing urgent ever stands behind a bulk import."""

    URGENT = "urgent", _("urgent")
    NOTICE = "notice", _("notice")
    INTERNAL = "internal", _("internal")
    BULK = "bulk", _("bulk")


class OutboxState(models.TextChoices):
    QUEUED = "queued", _("queued")
    LEASED = "leased", _("leased")
    DONE = "done", _("done")
    DEAD = "dead", _("dead letter")


class OutboxMessage(models.Model):
    """Something that must leave the building or cross the arrows; saved with the change itself."""

    lane = models.CharField(max_length=10, choices=Lane.choices)
    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=160, null=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=OutboxState.choices, default=OutboxState.QUEUED)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    token = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    # Of a dead letter: whether it is for the cleared only; it died at `due_at`.
    is_sealed = models.BooleanField(default=False, db_default=False)
    retried_at = models.DateTimeField(null=True)  # by a person: the attempts count from here

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="one_message_per_topic_and_key")
        ]
        indexes = [
            models.Index(
                fields=["lane", "due_at", "id"],
                condition=models.Q(state__in=["queued", "leased"]),
                name="outbox_waiting",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=models.Q(state="dead"),
                name="outbox_dead_letters",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} #{self.pk}"


class Job(models.Model):
    """A long batch with a cursor: restartable, progress shown, result per row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        STOPPED = "stopped", _("stopped")

    kind = models.CharField(max_length=40)
    params = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    is_dry_run = models.BooleanField(default=False)
    cursor = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    done = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    refused = models.BigIntegerField(default=0)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="jobs")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class JobRow(models.Model):
    """A row of a job that was not simply done: what was wrong with it, in machine-readable form."""

    class Outcome(models.TextChoices):
        SKIPPED = "skipped", _("skipped")
        REFUSED = "refused", _("refused")
        NEEDS_INFO = "needs_info", _("more information needed")  # done, but not complete

    job = models.ForeignKey(Job, models.CASCADE, related_name="rows")
    row = models.BigIntegerField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    problem = models.JSONField(default=dict)
    raw = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="one_result_per_row"),
            models.CheckConstraint(
                condition=models.Q(outcome__in=["skipped", "refused", "needs_info"]),
                name="job_row_outcome_known",
            ),
        ]
