"""Start-up checks: a production that would be unsafe does not start quietly."""

from django.conf import settings
from django.core.checks import Error, Tags, register

from .policy.checks import check_policy_pack

register(check_policy_pack)


@register(Tags.security, deploy=True)
def check_production(app_configs, **kwargs) -> list[Error]:
    """Refuses demo mode, DEBUG and plain HTTP where `check --deploy` is asked."""
    errors = []
    if settings.MODE != "production":
        errors.append(Error("PORTAL_MODE must be production.", id="portal.E001"))
    if not settings.BASE_URL.startswith("https://"):
        errors.append(Error("BASE_URL must begin with https://.", id="portal.E002"))
    if settings.POSTGRES_KIND == "wheel":
        errors.append(Error("A production needs a PostgreSQL server of its own.", id="portal.E003"))
    return errors
