"""What an API call brings: JSON whose every text the database can keep, and how it is read."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

from .errors import Invalid
from .storable import storable

MOST_ITEMS = 1_000


class Json(JSONParser):
    """A JSON body whose texts PostgreSQL can keep: what it cannot becomes a replacement mark."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return _all_storable(super().parse(stream, media_type, parser_context))
        except RecursionError as error:
            raise ParseError(_("This JSON is nested too deeply.")) from error


def items_of(data: object) -> list:
    """The items of a call, one to a thousand. Raises Invalid for anything else."""
    items = data.get("items") if isinstance(data, dict) else None
    if not isinstance(items, list) or not items:
        raise Invalid(_('Send {"items": [...]} with at least one item.'), {"field": "items"})
    if len(items) > MOST_ITEMS:
        raise Invalid(
            _("These are %(count)s items; at most %(most)s go into one call.")
            % {"count": len(items), "most": MOST_ITEMS},
            {"field": "items"},
        )
    return items


def text_of(given: Mapping[str, Any], name: str) -> str:
    """The text of this name, empty where there is none. Raises Invalid for what is no text."""
    value = given.get(name, "")
    if not isinstance(value, str):
        raise Invalid(_("“%(field)s” is a text.") % {"field": name}, {"field": name})
    return value


def instant_of(given: Mapping[str, Any], name: str) -> datetime | None:
    """The instant of this name in UTC, if there is one. Raises Invalid for one without its zone.

    In the zone that a caller writes, which may be any, the database could not take every instant.
    """
    value = text_of(given, name)
    if not value:
        return None
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid(
        _("“%(field)s” is an instant with its zone, such as 2026-03-17T10:00:00+07:00.")
        % {"field": name},
        {"field": name},
    )


def _all_storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_all_storable(one) for one in value]
    if isinstance(value, dict):
        return {storable(name): _all_storable(one) for name, one in value.items()}
    return value
