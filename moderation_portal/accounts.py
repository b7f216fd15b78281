"""Sign-in: accounts are given by stewards, never made by visitors."""

from urllib.parse import quote

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.db.models import Exists, OuterRef, Subquery
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse

from . import account_mail, clock, vault
from .models import Standstill, User
from .visitors import address_of


class Backend(AuthenticationBackend):
    """Whoever reads a page is read with what every page asks of them: `has_factor`, whether there
    is a second factor, and `stands_still`, the graver kind of what stands still (`standstills`)."""

    def get_user(self, user_id) -> User | None:
        still = Standstill.objects.filter(ended_at=None).order_by("-kind").values("kind")[:1]
        factor = Authenticator.objects.filter(user=OuterRef("pk"))
        known = User.objects.annotate(stands_still=Subquery(still), has_factor=Exists(factor))
        found = known.filter(pk=user_id).first()
        return found if found and self.user_can_authenticate(found) else None


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves, and what is mailed has our address and our words."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose wrong passwords are counted: the visitor, not the proxy in front of us."""
        return address_of(request) or super().get_client_ip(request)

    def send_password_reset_mail(self, user, email: str, context: dict) -> None:
        """From the outbox: the answer takes no longer for an address that has an account."""
        path = reverse("account_reset_password_from_key", args=["UID", "KEY"])
        path = path.replace("UID-KEY", quote(f"{context['uid']}-{context['key']}"))
        account_mail.send_password_link(user, email, path, at=clock.now())


class VaultedFactors(DefaultMFAAdapter):
    """The keys of second factors are kept encrypted."""

    def encrypt(self, text: str) -> str:
        return vault.encrypt(text).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return vault.decrypt(encrypted_text.encode())


@receiver(authenticator_added)
def prove_second_factor(request: HttpRequest, user: User, **rest: object) -> None:
    """Whoever sets up a second factor has given its code in this session."""
    record_authentication(request, user, "mfa")


def display_name(user) -> str:
    """How a signed-in person is called on the sign-in pages."""
    return user.name
