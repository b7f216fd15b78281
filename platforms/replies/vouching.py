"""Whether our own mail server vouches for a sender: its `Authentication-Results` (RFC 8601).

Anybody may put a header of that name into a message. Only those that bear the name of our server
(`MAIL_AUTHSERV_ID`) count, which our server takes out of what comes from outside (RFC 8601, 5);
where it does not, a method of which two headers tell is told of by somebody else as well, and
counts for nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings

HEADER = "Authentication-Results"
MOST_HEADERS = 20
METHOD = re.compile(r"\s*([a-z][\w-]*)(?:\s*/\s*\d+)?\s*=\s*([a-z]+)(?=\s|$)(.*)", re.I | re.S)
PROPERTY = re.compile(r"([\w-]+)\s*\.\s*([\w-]+)\s*=\s*(\S+)")


@dataclass(frozen=True)
class Result:
    """What one method found: “dmarc”, “pass”, and its properties (“header.from”) in lower case."""

    method: str
    said: str
    properties: dict[str, str] = field(default_factory=dict)


def vouches(headers: Iterable[str], sender: str) -> bool:
    """Whether our server says that a message truly comes from the domain of `sender`: DMARC passed
    (RFC 7489), or, where that domain publishes no policy, a DKIM signature of the very domain did.
    """
    domain = sender.rpartition("@")[2].lower()
    told = [results for results in map(_read, list(headers)[:MOST_HEADERS]) if results]
    dmarc, dkim = _of("dmarc", told), _of("dkim", told)
    if any(one.said != "none" for one in dmarc or ()):
        return _passes(dmarc, "header.from", domain, is_every=True)
    return dmarc is not None and _passes(dkim, "header.d", domain, is_every=False)


def _of(method: str, told: list[list[Result]]) -> list[Result] | None:
    """What is said of a method; None where more than one header says something."""
    speaking = [[one for one in results if one.method == method] for results in told]
    speaking = [results for results in speaking if results]
    if len(speaking) > 1:
        return None
    return speaking[0] if speaking else []


def _passes(found: list[Result] | None, name: str, domain: str, *, is_every: bool) -> bool:
    passed = [one.said == "pass" and one.properties.get(name) == domain for one in found or ()]
    return bool(passed) and (all(passed) if is_every else any(passed))


def _read(value: str) -> list[Result]:
    """The results in one header of our server; none in anybody else's."""
    server, *parts = _bare(value).split(";")
    ours = settings.MAIL_AUTHSERV_ID.lower()
    if not ours or server.split()[:1] != [ours]:
        return []
    found = []
    for part in parts:
        if match := METHOD.fullmatch(part):
            given = {f"{kind}.{name}": said for kind, name, said in PROPERTY.findall(match[3])}
            found.append(Result(match[1], match[2], given))
    return found


def _bare(value: str) -> str:
    """The header in lower case, without comments, and with nothing in quotation marks that could
    be taken for a part of it: a sender chooses their own address."""
    found, depth, is_quoted, is_escaped = [], 0, False, False
    for sign in value.lower():
        if is_escaped:
            is_escaped, sign = False, "_"
        elif sign == "\\" and (depth or is_quoted):
            is_escaped = True
            continue
        elif sign == '"' and not depth:
            is_quoted = not is_quoted
            continue
        elif sign in "()" and not is_quoted:
            depth = max(0, depth + (1 if sign == "(" else -1))
            continue
        if not depth:
            found.append("_" if is_quoted and not (sign.isalnum() or sign in ".-@") else sign)
    return "".join(found)
