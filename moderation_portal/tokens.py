"""The API's door: scoped keys for machines, and safe repeats."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, NamedTuple, cast

from django.db import connection, transaction
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from . import clock, vault
from .errors import Conflict, Invalid
from .middleware import SignedInRequest, wanting_factor
from .models import ApiToken, IdempotentCall, User
from .roles import KEY_HOLDERS, Role
from .storable import UNKEPT

# What a key may open. Persons work with a session, in which their second factor is proved; only a
# platform's responder has keys beside it, for the program that takes in their notices.
REPORTING = ("reports:write", "reports:read")
ANSWERING = ("notices:read", "answers:write")
SCOPES = REPORTING + ANSWERING
GIVE_UP_WAITING = timedelta(minutes=10)

BEGIN_CALL = """
INSERT INTO moderation_portal_idempotentcall (client, key, body_hash, created_at)
VALUES (%s, %s, %s, %s)
ON CONFLICT (client, key) DO UPDATE SET created_at = EXCLUDED.created_at
WHERE moderation_portal_idempotentcall.status IS NULL
  AND moderation_portal_idempotentcall.body_hash = EXCLUDED.body_hash
  AND moderation_portal_idempotentcall.created_at < %s
RETURNING id
"""


class Issued(NamedTuple):
    """A new key and the row that knows its hash."""

    row: ApiToken
    key: str


def issue(
    user: User,
    label: str,
    scopes: Iterable[str],
    *,
    at: datetime,
    expires_at: datetime | None = None,
    is_active: bool = True,
) -> Issued:
    """Makes a key for `user`; it is shown this once and stored as a keyed hash.

    One that is not active opens nothing until a second person approves it (`changes`).
    """
    key = "mp_" + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        label=label,
        key_hash=vault.keyed_hash("api-token", key),
        scopes=list(scopes),
        created_at=at,
        expires_at=expires_at,
        is_active=is_active,
    )
    return Issued(row, key)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer mp_…`."""

    def authenticate(self, request):
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = (
            ApiToken.objects.select_related("user")
            .filter(key_hash=vault.keyed_hash("api-token", key.strip()), user__is_active=True)
            .filter(is_active=True, revoked_at=None)
            .filter(user__role__in=KEY_HOLDERS, user__is_cleared=False)
            .first()
        )
        if token is None or (token.expires_at and token.expires_at <= clock.now()):
            raise AuthenticationFailed(_("This key is unknown, expired or revoked."))
        return token.user, token

    def authenticate_header(self, request) -> str:
        return "Bearer"


def scopes_for(role: str) -> tuple[str, ...]:
    """What a key of an account in this role may open at all."""
    if role == Role.RESPONDER:
        return ANSWERING
    return REPORTING if role in KEY_HOLDERS else ()


def opened_by(token: ApiToken) -> set[str]:
    """What a key opens: of its scopes those that fit its owner."""
    return set(token.scopes).intersection(scopes_for(token.user.role))


def is_by_key(request: Request) -> bool:
    """Whether a machine calls, with a key that anybody may hold who has it."""
    return isinstance(request.auth, ApiToken)


class SignedInCall(Request):
    """A call that `SignedIn` has let through."""

    user: User


class SignedIn(BasePermission):
    """Signed in by a key, or by a session; anonymous calls get nothing."""

    def has_permission(self, request, view) -> bool:
        return bool(request.user and request.user.is_authenticated)


def has_scope(scope: str) -> type[BasePermission]:
    """A permission: the call carries a key with this scope."""

    class HasScope(BasePermission):
        def has_permission(self, request, view) -> bool:
            return isinstance(request.auth, ApiToken) and scope in opened_by(request.auth)

    return HasScope


def allows(*scopes: str) -> type[BasePermission]:
    """A permission: a key with one of these scopes, or a session with its role's second factor."""

    class Allows(BasePermission):
        def has_permission(self, request: Request, view: Any) -> bool:
            if isinstance(request.auth, ApiToken):
                return not opened_by(request.auth).isdisjoint(scopes)
            return not wanting_factor(cast(SignedInRequest, request))

    return Allows


def idempotent(handler: Callable) -> Callable:
    """Makes a POST safe to repeat: same `Idempotency-Key`, same body, same answer, done once.

    What is done and the answer to it are one transaction: a crash leaves both or neither. No key,
    or another address or body under the same key: 422. Still being done: 409. Kept for 30 days.
    """

    @wraps(handler)
    def wrapper(view, request, *args, **kwargs):
        key = request.headers.get("Idempotency-Key", "")
        if not 1 <= len(key) <= 120 or UNKEPT.search(key):
            raise Invalid(_("Send an Idempotency-Key header of 1 to 120 characters."))
        client = f"user:{request.user.pk}"
        body = hashlib.sha256(request.path.encode() + b"\n" + request.body).hexdigest()
        at = clock.now()
        call_id = _begin_call(client, key, body, at)
        if call_id is None:
            return _earlier_answer(client, key, body)
        mine = IdempotentCall.objects.filter(pk=call_id, created_at=at)
        try:
            with transaction.atomic():
                response = handler(view, request, *args, **kwargs)
                if not mine.update(status=response.status_code, answer=response.data):
                    said = _("The same call was taken up by another attempt. Ask again.")
                    raise Conflict(said)
        except BaseException:  # nothing was done, so the same key may try again
            mine.delete()
            raise
        return response

    return wrapper


def _begin_call(client: str, key: str, body: str, at: datetime) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(BEGIN_CALL, [client, key, body, at, at - GIVE_UP_WAITING])
        row = cursor.fetchone()
    return row[0] if row else None


def _earlier_answer(client: str, key: str, body: str) -> Response:
    call = IdempotentCall.objects.filter(client=client, key=key).first()
    if call is not None and call.body_hash != body:
        raise Invalid(_("This Idempotency-Key was used for another call. Use a new one."))
    # The first call may have failed since it was found in the way: then its row is gone.
    if call is None or call.status is None:
        raise Conflict(_("The first call with this Idempotency-Key is still being answered."))
    return Response(call.answer, status=call.status, headers={"Idempotent-Replay": "true"})
