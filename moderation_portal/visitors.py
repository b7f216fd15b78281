"""From where a visitor comes, for whatever counts by connection."""

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of whoever asks, as the proxy in front tells it if settings name its header.

    A proxy adds the address that called it behind those that stand in the header already, which
    anybody may write: the last one counts.
    """
    told: str = request.META.get(settings.CLIENT_ADDRESS_HEADER, "")
    return told.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
