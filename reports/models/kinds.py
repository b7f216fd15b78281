"""Who may tell, how a matter is handled, and how an account is seen."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReporterKind(models.TextChoices):
    # The sources of the law: who may ask, and with which minimum of facts.
    PUBLIC = "public", _("member of the public")
    ORGANISATION = "organisation", _("organisation")
    MONITOR = "monitor", _("local-government monitor")
    AGENCY = "agency", _("ministry or agency")
    DETECTOR = "detector", _("detector")
    POLICE = "police", _("police")
    COURT = "court", _("court")
    REGULATOR = "regulator", _("the regulator's own staff")


class Handling(models.TextChoices):
    # A sealed matter is invisible to everybody who is not cleared.
    ORDINARY = "ordinary", _("ordinary")
    SEALED = "sealed", _("sealed")


class Remedy(models.TextChoices):
    # How far a reporter asks us to go; what is ordered is decided for itself.
    ITEM = "item", _("the post, picture or message alone")
    ACCOUNT = "account", _("the whole account")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("public")
    DISCOVERABLE = "discoverable", _("shown to people nearby or in search")
    PRIVATE = "private", _("private")


class HostKind(models.TextChoices):
    # Where an address leads, as the routes of the policy pack name it.
    ACCOUNT = "account", _("account on a platform")
    WEBSITE = "website", _("website")
    UNKNOWN = "unknown", _("unknown service")
    CLOUD = "cloud", _("cloud provider")
