"""A notice in X-ARF v4 (https://xarf.org), the abuse-report format: one report for each account.

The format has few types for what a regulator orders: fraud, and none for gambling or prostitution.
Where it has one it is used; elsewhere the category is `content` and the type is our own category,
for a type that says something else would accuse somebody of it. No evidence is ever in it: it names
addresses, and never content.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from django.db.models import prefetch_related_objects
from django.utils.encoding import iri_to_uri

from moderation_portal import policy, vault
from moderation_portal.policy import Issuer
from platforms.models import Platform

from ..models import Notice, NoticeItem
from .addresses import portal_address
from .asked import key_of
from .machine import said

VERSION = "4.2.0"
LONGEST_DESCRIPTION = 1000
# Categories of the policy for which the format has a type, and what that type demands.
TYPES: dict[str, dict[str, Any]] = {"fraud": {"type": "fraud", "fraud_type": "other"}}
# What stands where a platform has no website that a person has reviewed.
NO_HOST = "invalid"


def reports(
    notice: Notice, items: Sequence[NoticeItem], subject: str, *, first: int, at: datetime
) -> list[dict[str, Any]]:
    """A report for each of these accounts of one notice; the first of them stands at position
    `first` of the letter."""
    prefetch_related_objects(items, "target__account", "target__case")
    issued_at = notice.issued_at or at
    sender = _sender(policy.pack().issuer(issued_at))
    host = _host_of(notice.platform)
    return [
        {
            "xarf_version": VERSION,
            "report_id": _report_id(item),
            "timestamp": said(issued_at),
            "reporter": sender,
            "sender": sender,
            "source_identifier": item.locator,
            "category": "content",
            **TYPES.get(item.target.case.category, {"type": item.target.case.category}),
            "url": address_of(item, host),
            "description": subject[:LONGEST_DESCRIPTION],
            "tags": [f"urgency:{notice.urgency}", f"rung:{notice.rung}"],
            "notice_id": notice.pk,
            "notice_number": notice.number,
            "notice_position": place,
            "notice_key": key_of(item),
            "category_of_law": item.target.case.category,
            "legal_basis": notice.basis,
            "due_at": said(item.due_at),
            "answer_url": portal_address(notice),
        }
        for place, item in enumerate(items, first)
    ]


def address_of(item: NoticeItem, host: str) -> str:
    """The account as a URI: its own address where it has one, a telephone number as `tel:`
    (RFC 3966), all else as `acct:` on the platform's host (RFC 7565)."""
    account = item.target.account
    for text in (item.locator, account.url):
        if is_web_address(text):
            return iri_to_uri(text)
    if account.kind == "phone":
        return "tel:" + quote(account.canonical, safe="+")
    return f"acct:{quote(item.locator, safe='')}@{host}"


def is_web_address(text: str) -> bool:
    """Whether a text is a web address that a program can read."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not set(text) & set(" <>")


def _report_id(item: NoticeItem) -> str:
    """The same at each reading, so that whoever takes reports in can drop what it has."""
    noise = vault.keyed_hash("xarf-report", f"{item.notice_id}:{item.pk}")
    return str(uuid.UUID(hex=noise[:32], version=4))


def _sender(issuer: Issuer) -> dict[str, str]:
    """The authority, and nobody behind it: who reported an account is never told."""
    return {
        "org": str(issuer.everyday_name)[:200],
        "contact": issuer.email,
        "domain": issuer.email.rpartition("@")[2],
    }


def _host_of(platform: Platform) -> str:
    first = platform.hosts.order_by("pk").values_list("host", flat=True).first()
    return first or f"{platform.slug}.{NO_HOST}"
