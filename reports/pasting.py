"""What a list of accounts that somebody pasted comes to, line by line, before it goes in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from moderation_portal.errors import Invalid
from platforms import directory
from platforms.locators import Locator

from . import judging
from .tellings import Line
from .texts import plain

MOST_LINES = 5_000
VALID, REPEATED, BROKEN = "valid", "repeated", "broken"

# What a reader can do about each of the locators' problems.
WORDS = {
    "empty": gettext_lazy("This line is empty."),
    "too_long": gettext_lazy("This line is too long to be an address."),
    "not_a_locator": gettext_lazy(
        "This is no address or number. If it is a user name, add the name of the app."
    ),
    "several": gettext_lazy("More than one address: give each its own line."),
    "no_platform": gettext_lazy("Which app is it on? Add its name, or choose it."),
    "no_account": gettext_lazy("This address leads to the service, not to one account."),
    "bad_handle": gettext_lazy(
        "This app has no user names of this kind. A profile that shows a name only is described"
        " instead: the name, and the district or city."
    ),
    "bad_phone": gettext_lazy("This is no complete phone number."),
    "short_link_unresolved": gettext_lazy(
        "A short link hides the account: open it and copy the long address."
    ),
    "mixed_script_host": gettext_lazy("This address imitates another one with foreign letters."),
    "no_area": gettext_lazy("Add the district or city in which the profile was seen."),
}


@dataclass(frozen=True)
class PastedLine:
    """One line: its number, what stood there, and what it comes to.

    `state` is valid, repeated (the account of an earlier line) or broken; then `problem` is the
    locator's code and `words` says what to do. `platform` is a name, "" for a website.
    """

    number: int
    text: str
    state: str
    platform: str = ""
    display: str = ""
    problem: str = ""

    @property
    def words(self) -> str:
        """What is wrong with it, for the reader; "" when nothing is."""
        return str(WORDS.get(self.problem, self.problem))


def read_text(text: str, platform_hint: str = "") -> list[PastedLine]:
    """Every line of a paste box that is not blank. Raises Invalid when there are too many."""
    given = [(number, plain(line)) for number, line in enumerate(text.splitlines(), start=1)]
    given = [(number, line) for number, line in given if line]
    if len(given) > MOST_LINES:
        raise Invalid(
            _("These are %(count)s lines; at most %(most)s fit here. Import a file instead.")
            % {"count": len(given), "most": MOST_LINES}
        )
    return read_lines((number, Line(line, platform_hint)) for number, line in given)


def read_lines(lines: Iterable[tuple[int, Line]]) -> list[PastedLine]:
    """What numbered lines come to."""
    numbered = list(lines)
    names = {slug: platform.name for slug, platform in directory.by_slug().items()}
    seen: set[tuple] = set()
    read = []
    for (number, line), locator in zip(
        numbered, judging.name([line for _number, line in numbered]), strict=True
    ):
        platform = names.get(locator.platform or "", "")
        state = _state(locator, seen)
        shown = line.text or line.description
        read.append(PastedLine(number, shown, state, platform, locator.display, locator.problem))
    return read


def _state(locator: Locator, seen: set[tuple]) -> str:
    if locator.problem:
        return BROKEN
    key = (locator.platform, locator.kind, locator.canonical)
    if key in seen:
        return REPEATED
    seen.add(key)
    return VALID
