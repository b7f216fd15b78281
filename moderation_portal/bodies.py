"""What an API call brings: JSON whose every text the database can keep."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class Json(JSONParser):
    """A JSON body whose texts PostgreSQL can keep: what it cannot becomes a replacement mark."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return _storable(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "ignore").decode()
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {_storable(name): _storable(one) for name, one in value.items()}
    return value
