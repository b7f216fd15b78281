"""A notice as JSON to a platform's own program, signed, to one https address.

The address is a platform's, and still a way to make us knock on doors: the guard of `probe` opens
the connection, to the very address that it has checked, and no redirect is followed. 2xx is the
program's receipt. The event has the same id on every copy, so that a second one is recognised.
"""

import hashlib
import hmac
import http.client
import json
import time
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings

from moderation_portal import vault
from platforms import probe, signing_keys
from platforms.models import Contact

from .base import Later, Never, Parcel, Receipt
from .email import SLOW_SECONDS, one_line

SECONDS = 20.0
# How much of an answer is read, and how much of that is kept as proof.
MOST_BYTES, KEPT = 2_000, 300
# It is gone, or it takes no letter of this length: the next attempt would hear the same.
FOR_GOOD = frozenset({410, 413})
EVENT, TIMESTAMP, SIGNATURE = "Portal-Event", "Portal-Timestamp", "Portal-Signature"


class Webhook:
    """A POST of what the letter says as data; accepted when the program answered it with 2xx."""

    name = Contact.Channel.WEBHOOK.value

    def hand_over(self, parcel: Parcel, contact: Contact, *, at: datetime) -> Receipt:
        event = event_id(parcel.message_id, contact)
        secrets = signing_keys.of(contact.pk, at)
        proof: dict[str, Any] = {
            "channel": self.name,
            "to": contact.address,
            "message_id": parcel.message_id,
            "purpose": parcel.purpose,
            "event": event,
            "at": at.isoformat(),
        }
        if not secrets:
            raise Later("no secret to sign with", proof)
        body = json.dumps(
            {
                "id": event,
                "event": parcel.purpose,
                "sent_at": at.isoformat(),
                **(parcel.data or {}),
            },
            ensure_ascii=False,
        ).encode()
        proof["body_sha256"] = hashlib.sha256(body).hexdigest()
        headers = {"Content-Type": "application/json", EVENT: event}
        headers |= signed(body, secrets, at=at)
        status, said = _post(contact.address, body, headers, proof)
        proof |= {"status": status, "reply": said}
        if 200 <= status < 300:
            return Receipt(accepted=True, proof=proof)
        raise (Never if status in FOR_GOOD else Later)(said, proof)


def event_id(message_id: str, contact: Contact) -> str:
    """The id of what is told this contact: the same on every copy."""
    noise = vault.keyed_hash("webhook-event", f"{message_id}:{contact.pk}")
    return str(uuid.UUID(hex=noise[:32], version=4))


def signed(body: bytes, secrets: Iterable[str], *, at: datetime) -> dict[str, str]:
    """The headers that prove a body and its time ours: HMAC-SHA-256 over the timestamp in seconds,
    a full stop and the body, once by each secret."""
    timestamp = str(int(at.timestamp()))
    told = f"{timestamp}.".encode() + body
    marks = (hmac.digest(secret.encode(), told, "sha256").hex() for secret in secrets)
    return {TIMESTAMP: timestamp, SIGNATURE: ",".join(f"v1={mark}" for mark in marks)}


def _post(
    url: str, body: bytes, headers: Mapping[str, str], proof: Mapping[str, Any]
) -> tuple[int, str]:
    """The status and the first words of the answer, cleaned. Raises Never for an address that must
    not be touched, Later for whatever keeps the answer from us."""
    is_out, began = False, time.monotonic()
    try:
        with probe.reach(url, seconds=SECONDS) as (parts, link):
            if parts.scheme != "https" and parts.hostname not in settings.PROBE_ALLOW_HOSTS:
                raise probe.Unsafe("only https addresses are called")
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            agent = {"User-Agent": f"{settings.IDENTITY['short']} notices; +{settings.BASE_URL}"}
            link.request("POST", target, body=body, headers={**agent, **headers})
            is_out = True
            answer = link.getresponse()
            words = answer.read(MOST_BYTES).decode(errors="replace")
            return answer.status, one_line(f"{answer.status} {answer.reason}: {words}")[:KEPT]
    except probe.Unsafe as refusal:
        raise Never(str(refusal), {**proof, "reply": str(refusal)}) from refusal
    except (OSError, http.client.HTTPException, ValueError) as trouble:
        reason = one_line(f"{type(trouble).__name__}: {trouble}")
        raise Later(
            reason,
            {**proof, "reply": reason},
            is_uncertain=is_out,
            is_silent=time.monotonic() - began > SLOW_SECONDS,
        ) from trouble
