"""What follows silence, as the page of a case shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .. import ahead
from ..models import Case
from .account_rows import Explained
from .notices import NamedNotice


@dataclass(frozen=True)
class Climb:
    """The rungs ahead of some accounts of one notice, which share their due time."""

    locators: list[str]
    rungs: list[ahead.Ahead]


def of_case(
    case: Case, explained: Iterable[Explained], letters: Iterable[NamedNotice], at: datetime
) -> list[Climb]:
    """For each deadline of a case's page that the platform still owes and that runs; no
    statement."""
    known = {one.pk: one.notice for one in letters}
    hosts_users = case.platform.is_user_generated
    found = []
    for one in explained:
        if one.is_owed and one.due_at and one.notice in known:
            rungs = ahead.of_notice(known[one.notice], one.due_at, hosts_users=hosts_users, at=at)
            found.append(Climb(one.locators, rungs))
    return [one for one in found if one.rungs]
