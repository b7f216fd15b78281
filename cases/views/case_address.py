"""What goes along in the address from page to page of a case."""

from urllib.parse import parse_qsl

from moderation_portal.middleware import SignedInRequest

FURTHEST = 1_000_000
# What an address says of one page alone, and how what it says of the accounts begins.
PASSING = frozenset({"start", "done", "before", "target", "into"})
ACCOUNTS = "account-"


def kept(request: SignedInRequest) -> str:
    """The view of the queue in which this case is read, as it goes along from page to page."""
    query = request.GET.copy()
    for name in list(query):
        if name in PASSING or name.startswith(ACCOUNTS):
            query.pop(name)
    return query.urlencode()


def here(request: SignedInRequest, start: int | None = None) -> str:
    """The same, with the accounts that are shown; those from another place on, if one is given."""
    query = request.GET.copy()
    for name in PASSING - {"start"}:
        query.pop(name, None)
    if start is not None:
        query["start"] = str(start)
    return query.urlencode()


def pairs(query: str) -> list[tuple[str, str]]:
    """Names and values of an address, for the hidden fields of a form."""
    return parse_qsl(query, keep_blank_values=False)
