"""Who hosts it, what they promised, how to reach them."""

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moderation_portal.mailboxes import bare_address, https_address, written_language
from moderation_portal.models import User

from . import calendars
from .inbound import InboundMail as InboundMail
from .pacing import HostPace as HostPace
from .people import Deputy as Deputy
from .people import ResponderRequest as ResponderRequest
from .pings import Ping as Ping
from .signing_keys import WebhookSecret as WebhookSecret


def versioned(exclude: tuple[str, ...] = ()):
    """Reference data is edited in the admin: triggers keep every version, less personal columns."""
    events = (pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
    return pghistory.track(*events, exclude=list(exclude))


@versioned()
class Platform(models.Model):
    """A service with accounts (MiChat, WhatsApp, X…)."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    former_names = ArrayField(
        models.CharField(max_length=80), verbose_name=_("former names"), default=list, blank=True
    )
    kind = models.CharField(_("kind"), max_length=20)
    time_zone = models.CharField(_("time zone"), max_length=40, default=calendars.own_zone)
    language = models.CharField(
        _("language of letters"), max_length=5, default="en", validators=[written_language]
    )
    is_user_generated = models.BooleanField(_("hosts what users post"), default=True)
    is_cloud = models.BooleanField(
        _("cloud provider"),
        default=False,
        help_text=_("Exempt from notices where the law says so."),
    )
    establishment = models.CharField(
        _("country of main establishment"),
        max_length=60,
        blank=True,
        help_text=_("As letters name it, where the law wants it there."),
    )
    discontinued_on = models.DateField(_("discontinued on"), null=True, blank=True)
    registration = models.ForeignKey(
        "Registration",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("registration"),
    )

    class Meta:
        ordering = ["name"]
        verbose_name = _("platform")
        verbose_name_plural = _("platforms")

    def __str__(self) -> str:
        return self.name


@versioned()
class PlatformHost(models.Model):
    """A host that a person has reviewed as belonging to a platform."""

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="hosts", verbose_name=_("platform")
    )
    host = models.CharField(_("host"), max_length=253, unique=True)

    class Meta:
        ordering = ["host"]
        verbose_name = _("host")
        verbose_name_plural = _("hosts")

    def __str__(self) -> str:
        return self.host


@versioned()
class Feature(models.Model):
    """A function of a platform that an order may aim at, such as its search for people nearby."""

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="features", verbose_name=_("platform")
    )
    code = models.SlugField(_("short name"), max_length=40)
    name_id = models.CharField(_("name in Indonesian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["platform_id", "code"]
        constraints = [
            models.UniqueConstraint(fields=["platform", "code"], name="one_feature_per_code")
        ]
        verbose_name = _("feature")
        verbose_name_plural = _("features")

    def __str__(self) -> str:
        return self.name_id if (get_language() or "").startswith("id") else self.name_en

    @property
    def shown(self) -> str:
        """Its name in both languages, for whoever reads it in either."""
        return " / ".join(dict.fromkeys((self.name_id, self.name_en)))


class Registration(models.Model):
    """A line of the public register (PSE): a claim, never a platform."""

    registration_no = models.CharField(_("registration number"), max_length=60)
    system_id = models.CharField(_("system id"), max_length=20, unique=True)
    pse_id = models.CharField(_("operator id"), max_length=20)
    system_name = models.CharField(_("system"), max_length=300)
    company = models.CharField(_("company"), max_length=300)
    website_raw = models.TextField(_("website as registered"), blank=True)
    host = models.CharField(_("host"), max_length=253, blank=True)
    sector = models.CharField(_("sector"), max_length=300, blank=True)
    domicile = models.CharField(_("domicile"), max_length=20)
    status = models.CharField(_("status"), max_length=30)
    registered_on = models.DateField(_("registered on"), null=True)
    platform = models.ForeignKey(
        Platform,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="registrations",
        verbose_name=_("platform"),
        help_text=_("Set by a person after review; never guessed."),
    )

    class Meta:
        ordering = ["system_name", "id"]
        indexes = [
            models.Index(fields=["host"]),
            GinIndex(
                fields=["system_name"], opclasses=["gin_trgm_ops"], name="registration_name_trgm"
            ),
            GinIndex(
                fields=["company"], opclasses=["gin_trgm_ops"], name="registration_company_trgm"
            ),
        ]
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")

    def __str__(self) -> str:
        return f"{self.system_name} ({self.registration_no})"


@versioned()
class RegistrationQuestion(models.Model):
    """Something in the register that a person must settle: it is never guessed."""

    class Kind(models.TextChoices):
        HOST_CONFLICT = "host_conflict", _("two companies on one host")
        STORE_ADDRESS = "store_address", _("an app-store address instead of a website")
        NO_WEBSITE = "no_website", _("no website")
        BAD_WEBSITE = "bad_website", _("a website that is not an address")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    host = models.CharField(_("host"), max_length=253, blank=True)
    key = models.CharField(max_length=300, unique=True)
    registrations = models.ManyToManyField(Registration, related_name="questions")
    opened_at = models.DateTimeField(_("opened at"))
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("settled by")
    )
    answer = models.TextField(_("answer"), blank=True)

    class Meta:
        ordering = ["settled_at", "kind", "key"]
        verbose_name = _("registration question")
        verbose_name_plural = _("registration questions")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.host or self.key}"


@versioned()
class Representative(models.Model):
    """A person who answers for a platform; administrators also manage its responders."""

    class Kind(models.TextChoices):
        ADMINISTRATOR = "administrator", _("administrator")
        RESPONDER = "responder", _("responder")

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="representatives", verbose_name=_("platform")
    )
    user = models.OneToOneField(
        User, models.CASCADE, related_name="representative", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("representative")
        verbose_name_plural = _("representatives")

    def __str__(self) -> str:
        return f"{self.user} ({self.platform})"


@versioned(exclude=("name", "address"))
class Contact(models.Model):
    """An address of a platform for one rung: 0 is asked first, higher ones when it stays silent."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        WEBHOOK = "webhook", _("webhook")
        PORTAL = "portal", _("portal")

    class Liveness(models.TextChoices):
        UNKNOWN = "unknown", _("not yet known")
        ALIVE = "alive", _("answering")
        SILENT = "silent", _("silent")
        BOUNCING = "bouncing", _("bounces")

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="contacts", verbose_name=_("platform")
    )
    rung = models.PositiveSmallIntegerField(
        _("turn"), default=0, help_text=_("0 is written to first, 1 when it stays silent, and on.")
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    name = models.CharField(_("name"), max_length=120)
    address = models.CharField(_("address"), max_length=254, blank=True)
    language = models.CharField(
        _("language of letters"), max_length=5, default="en", validators=[written_language]
    )
    is_cleared = models.BooleanField(_("cleared for sealed notices"), default=False)
    attaches_data = models.BooleanField(
        _("attach the data"),
        default=False,
        help_text=_("A letter by e-mail also brings what it says as JSON, for a program to read."),
    )
    is_active = models.BooleanField(_("in use"), default=True)
    liveness = models.CharField(
        _("liveness"), max_length=10, choices=Liveness.choices, default=Liveness.UNKNOWN
    )

    class Meta:
        ordering = ["platform_id", "rung", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "channel", "address"], name="one_contact_per_address"
            ),
            # No door puts a second line or a second address into the head of a letter.
            models.CheckConstraint(
                condition=~models.Q(address__regex=r"[\s<>,;]"), name="contact_address_is_bare"
            ),
        ]
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.address else self.name

    def clean(self) -> None:
        """A mailbox is one bare address, a webhook one https address; a portal may have none."""
        is_hook = self.channel == self.Channel.WEBHOOK
        if self.address or self.channel != self.Channel.PORTAL:
            try:
                (https_address if is_hook else bare_address)(self.address)
            except ValidationError as error:
                raise ValidationError({"address": error.messages}) from error


@versioned()
class Statement(models.Model):
    """Something said in public that is no order: a threat, an appeal."""

    class Kind(models.TextChoices):
        WARNING = "warning", _("public warning")
        STATEMENT = "statement", _("statement")

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="statements", verbose_name=_("platform")
    )
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices)
    said_by = models.CharField(_("said by"), max_length=160)
    said_on = models.DateField(_("said on"))
    text = models.TextField(_("text"))
    source = models.CharField(_("source"), max_length=300, blank=True)

    class Meta:
        ordering = ["-said_on", "-id"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")

    def __str__(self) -> str:
        return self.text[:80]


@versioned()
class Commitment(models.Model):
    """What a platform promised, to whom, when, with its source."""

    platform = models.ForeignKey(
        Platform, models.CASCADE, related_name="commitments", verbose_name=_("platform")
    )
    made_by = models.CharField(_("made by"), max_length=160)
    made_to = models.CharField(_("made to"), max_length=160)
    made_on = models.DateField(_("made on"))
    text = models.TextField(_("what was promised"))
    source = models.CharField(_("source"), max_length=300)
    review_on = models.DateField(_("review on"), null=True, blank=True)
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)

    class Meta:
        ordering = ["-made_on", "-id"]
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")

    def __str__(self) -> str:
        return f"{self.platform}, {self.made_on:%Y-%m-%d}"

    @property
    def is_measurable(self) -> bool:
        """Whether any clause has a target; a promise without one is shown as unmeasurable."""
        return any(clause.target_hours is not None for clause in self.clauses.all())


class Leg(models.TextChoices):
    """The five legs of a notice, each with its own promise."""

    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    ACKNOWLEDGED = "acknowledged", _("acknowledged")
    CLAIMED = "claimed", _("claimed removed")
    VERIFIED = "verified", _("verified gone")


@versioned()
class Clause(models.Model):
    """One measurable part of a commitment. A change is a new version with its own validity."""

    commitment = models.ForeignKey(
        Commitment, models.CASCADE, related_name="clauses", verbose_name=_("commitment")
    )
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    leg = models.CharField(_("leg"), max_length=15, choices=Leg.choices)
    target_hours = models.DecimalField(
        _("target in hours"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: the promise names no time and is shown as unmeasurable."),
    )
    calendar = models.CharField(
        _("calendar"),
        max_length=40,
        default="clock",
        validators=[calendars.known],
        help_text=_("By which hours it counts. The law counts clock hours."),
    )
    reporter_kinds = ArrayField(
        models.CharField(max_length=20),
        verbose_name=_("kinds of reporters"),
        default=list,
        blank=True,
    )
    categories = ArrayField(
        models.CharField(max_length=40), verbose_name=_("categories"), default=list, blank=True
    )
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    quote = models.TextField(_("words of the source"), blank=True)

    class Meta:
        ordering = ["commitment_id", "leg", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "leg", "version"], name="one_clause_per_leg_and_version"
            )
        ]
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")

    def __str__(self) -> str:
        return f"{self.commitment} {self.leg} v{self.version}"
