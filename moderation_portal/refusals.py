"""How the API says no.

Apart from `tokens`, which REST framework imports while its own views are still being read.
"""

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from rest_framework.response import Response
from rest_framework.views import exception_handler

from .errors import PortalError

TOO_LARGE = 413


def say_no(error: Exception, context: dict) -> Response | None:
    """A verb's refusal as JSON with a stable `code`; everything else as REST framework does it."""
    if isinstance(error, PortalError):
        body = {"code": error.code, "message": str(error.sentence), **error.detail}
        return Response(body, status=error.status)
    if isinstance(error, RequestDataTooBig):
        message = _("This call is too large. Send fewer items, or shorter ones.")
        return Response({"code": "too_large", "message": message}, status=TOO_LARGE)
    return exception_handler(error, context)
