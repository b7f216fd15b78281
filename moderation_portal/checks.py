"""Start-up checks: a production that would be unsafe does not start quietly."""

from pathlib import Path

from django.conf import settings
from django.core.checks import Error, Info, Tags, register

from . import sender
from .letters import certificates, signing
from .policy import PackError, pack
from .policy.checks import check_policy_pack

register(check_policy_pack)


@register()
def check_identity(app_configs, **kwargs) -> list[Error]:
    """Refuses a production that does not say whose it is, and from which address it writes."""
    if settings.MODE != "production":
        return []
    errors = [
        Error(f"A production needs {name}.", id="portal.E004")
        for name, value in settings.WHOSE.items()
        if not value.strip()
    ]
    if sender.mailbox().endswith((".example", ".invalid", ".test", "@localhost")):
        errors.append(Error("MAIL_FROM is an address that nobody can answer.", id="portal.E005"))
    return errors


@register()
def check_time_zone(app_configs, **kwargs) -> list[Error]:
    """Refuses forms that read another time of day than the letters write."""
    try:
        zone = pack(settings.POLICY_PACK).tz
    except PackError:  # `check_policy_pack` tells
        return []
    if zone == settings.TIME_ZONE:
        return []
    said = f"TIME_ZONE is {settings.TIME_ZONE}, but the policy pack keeps the time of {zone}."
    return [Error(said, hint=f"Set TIME_ZONE={zone}.", id="portal.E011")]


@register()
def check_letterhead(app_configs, **kwargs) -> list[Error]:
    """Refuses arms that are not there or no drawing: no letter could be set, so no order left."""
    if not settings.LETTERHEAD_ARMS:
        return []
    try:
        drawing = Path(settings.LETTERHEAD_ARMS).read_text(encoding="utf-8")
    except (OSError, ValueError):
        drawing = ""
    if "<svg" in drawing:
        return []
    said = f"LETTERHEAD_ARMS is no SVG that can be read: {settings.LETTERHEAD_ARMS}"
    return [Error(said, hint="Name the file, or leave it empty for none.", id="portal.E012")]


@register()
def check_letter_signer(app_configs, **kwargs) -> list[Error]:
    """Refuses a production that does not say who signs its letters or signs them as a demo, and a
    signer or a certificate that cannot be had."""
    name, said = settings.LETTER_SIGNER, ""
    if settings.MODE == "production" and name in ("", signing.DEMO):
        hint = "Set LETTER_SIGNER=pkcs12 with LETTER_SIGNER_FILE, or LETTER_SIGNER=none."
        return [Error("A production says who signs its letters.", hint=hint, id="portal.E013")]
    try:
        if name == "pkcs12":
            certificates.opened(settings.LETTER_SIGNER_FILE, settings.LETTER_SIGNER_PASSPHRASE)
        elif name not in (signing.NONE, signing.DEMO):
            signing.named(name)
    except (certificates.Unusable, ImportError, ValueError) as error:
        said = f"LETTER_SIGNER={name} cannot sign: {error}"
    return [Error(said, id="portal.E014")] if said else []


@register()
def check_figures(app_configs, **kwargs) -> list[Info]:
    """Says of a production that its fines are reckoned by figures that stand in for those of the
    law: nobody can propose one until they are confirmed (`figures`)."""
    try:
        tables = pack(settings.POLICY_PACK).sections["fines"]
    except PackError:  # `check_policy_pack` tells
        return []
    if settings.MODE != "production" or not any(one.is_assumed for one in tables):
        return []
    said = "The policy pack says of its table of fines that the figures are assumed."
    hint = "No fine is proposed until a steward has confirmed them, and a second person that."
    return [Info(said, hint=hint, id="portal.I001")]


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
