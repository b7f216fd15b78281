"""Rows as they once read: what a decision names by its version stays readable after a change."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import Any, TypeVar, cast

from django.db.models import Model, Q, QuerySet

Row = TypeVar("Row", bound=Model)


def events(model: type[Model]) -> QuerySet[Any]:
    """What is kept of every change to the rows of a tracked model (django-pghistory)."""
    return cast(Any, model).pgh_event_model.objects.all()


def row(model: type[Row], event: Any, *joined: str) -> Row:
    """The row, unsaved, as it read at this event; `joined` names rows read with the event."""
    made = model(
        **{one.attname: getattr(event, one.attname) for one in model._meta.concrete_fields}
    )
    for name in joined:
        setattr(made, name, getattr(event, name))
    return made


def as_read(
    model: type[Row], wanted: Collection[tuple[int, int]], *joined: str
) -> dict[tuple[int, int], Row]:
    """Rows by id and version, each as it last read in that version; one statement for all."""
    if not wanted:
        return {}
    these = reduce(or_, (Q(pgh_obj_id=pk, version=version) for pk, version in wanted))
    found = events(model).filter(these).order_by("pgh_id")
    if joined:
        found = found.select_related(*joined)
    return {(one.pgh_obj_id, one.version): row(model, one, *joined) for one in found}
