"""What an API call brings: JSON whose every text the database can keep."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .storable import storable


class Json(JSONParser):
    """A JSON body whose texts PostgreSQL can keep: what it cannot becomes a replacement mark."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return _all_storable(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error


def _all_storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_all_storable(one) for one in value]
    if isinstance(value, dict):
        return {storable(name): _all_storable(one) for name, one in value.items()}
    return value
