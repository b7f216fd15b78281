"""How the API says no.

Apart from `tokens`, which REST framework imports while its own views are still being read.
"""

from rest_framework.response import Response
from rest_framework.views import exception_handler

from .errors import PortalError


def say_no(error: Exception, context: dict) -> Response | None:
    """A verb's refusal as JSON with a stable `code`; everything else as REST framework does it."""
    if isinstance(error, PortalError):
        body = {"code": error.code, "message": str(error.sentence), **error.detail}
        return Response(body, status=error.status)
    return exception_handler(error, context)
