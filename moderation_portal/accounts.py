"""Sign-in: accounts are given by a steward, never made by visitors."""

from allauth.account.adapter import DefaultAccountAdapter


class ClosedAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request) -> bool:
        return False


def display_name(user) -> str:
    """How a signed-in person is called on the sign-in pages."""
    return user.name
