"""What goes beside an order: what a provider is told before its first, and copies of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from moderation_portal import series
from moderation_portal.models import User
from platforms.models import Platform
from reports.models import Handling

from .case import Case
from .notice import Notice


class ProviderInformation(models.Model):
    """What a provider was told of orders before it had one (Regulation (EU) 2021/784 art. 3(2)).

    `given_at` is when the first of its contacts got it; it names no account. In an emergency the
    orders of `waived_case` need not wait for it.
    """

    # In no order: what waits may be sealed.
    id = series.ScatteredId(primary_key=True)
    platform = models.ForeignKey(Platform, models.PROTECT, related_name="+")
    handling = models.CharField(max_length=10, choices=Handling.choices)
    language = models.CharField(max_length=5)
    markdown = models.TextField()
    policy_version = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    waived_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    waived_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    waived_because = models.TextField(blank=True)

    class Meta:
        ordering = ["issued_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "handling"], name="one_information_per_provider"
            ),
            models.CheckConstraint(
                condition=Q(waived_case__isnull=True)
                | (Q(waived_by__isnull=False) & ~Q(waived_because="")),
                name="emergency_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(_("Information for %(platform)s") % {"platform": self.platform})


class AuthorityCopy(models.Model):
    """The copy of an order for the authority of the country in which its provider is established
    (Regulation (EU) 2021/784 art. 4(1)). `failure`: it goes on paper, or by another safe way."""

    # Why one goes by hand, beside what a mail server said.
    UNKNOWN, SEALED = "unknown", "sealed"

    id = series.ScatteredId(primary_key=True)
    notice = models.OneToOneField(Notice, models.PROTECT, related_name="authority_copy")
    country = models.CharField(max_length=60)
    name = models.CharField(max_length=120, blank=True)
    address = models.CharField(max_length=254, blank=True)
    markdown = models.TextField(blank=True)
    policy_version = models.CharField(max_length=40)
    issued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failure = models.TextField(blank=True)

    class Meta:
        ordering = ["issued_at", "id"]

    @property
    def why(self) -> str:
        """Why it goes by hand, in the reader's language; a mail server in its own words."""
        said = {
            self.UNKNOWN: _("the policy knows no authority of this country"),
            self.SEALED: _("it is sealed, and no mail carries it"),
        }
        return str(said.get(self.failure, self.failure))
