"""How instants, clocks, states, numbers and locators look on a page.

The functions are plain: a view that prepares fifty rows calls them once a row and hands the
finished strings to the template. Every one answers in the active language and time zone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django import template
from django.conf import settings
from django.forms import BoundField
from django.template import Context
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import (
    get_language,
    get_language_info,
    ngettext,
)
from django.utils.translation import gettext as _

from moderation_portal import letters
from moderation_portal.formats import (
    day,
    defang,
    instant,
    instant_short,
    number,
    told_time,
    visible,
)
from moderation_portal.sections import sections_of

register = template.Library()
for shown in (instant, instant_short, day, told_time, number, visible, defang):
    register.filter(shown)

SOON = 3 * 3600  # seconds before the due time from which a clock asks for attention
TONES = {
    "debug": "neutral",
    "info": "info",
    "success": "good",
    "warning": "warn",
    "error": "bad",
}
# The states of a clock that stands still.
STOPPED = frozenset({"met", "late", "paused"})
SHORT_CLOCK = (
    '<span class="clock" data-state="{}"><b><time datetime="{}"{}>{}</time></b>'
    "<small>{}</small></span>"
)


@dataclass(frozen=True, slots=True)
class ClockText:
    """One clock in words: `state` (overdue, soon, running, met, late, paused), the time left or by
    which it is late (`words`), the due time (`due`), and the same for machines (`iso`, UTC)."""

    state: str
    words: str
    due: str
    iso: str


@lru_cache(maxsize=8)
def clock_words(language: str) -> tuple[str, ...]:
    """The nine words of a clock in `language`: left, late, then one and many of each unit."""
    return (
        _("{span} left"),
        _("{span} late"),
        *(ngettext("{n} day", "{n} days", n) for n in (1, 2)),
        *(ngettext("{n} hr", "{n} hr", n) for n in (1, 2)),
        *(ngettext("{n} min", "{n} min", n) for n in (1, 2)),
        _("under 1 min"),
    )


def active_clock_words() -> tuple[str, ...]:
    """`clock_words` of the active language."""
    return clock_words(get_language() or "en")


def span(length: timedelta, words: tuple[str, ...] | None = None) -> str:
    """`length` in its two largest units, rounded down to minutes: "1 jam 54 mnt"."""
    words = words or active_clock_words()
    minutes = int(length.total_seconds()) // 60
    parts = ((minutes // 1440, 2), (minutes // 60 % 24, 4), (minutes % 60, 6))
    first = next((place for place, (n, _at) in enumerate(parts) if n), None)
    if first is None:
        return words[8]
    return " ".join(words[at + (n != 1)].format(n=n) for n, at in parts[first : first + 2] if n)


def clock_text(
    due_at: datetime | None,
    now: datetime,
    *,
    soon: int = SOON,
    met_at: datetime | None = None,
    is_paused: bool = False,
    is_short: bool = False,
) -> ClockText | None:
    """What a clock says at `now`; None without a due time. `soon` in seconds.

    A due time is still kept at its own instant. What was met late is late for good, but nothing
    is overdue any more: by how much it came late is measured to `met_at`, not to `now`.
    """
    if due_at is None:
        return None
    words = active_clock_words()
    left = due_at - (met_at or now)
    if left < timedelta(0):
        state, said = "overdue", words[1].format(span=span(-left, words))
        if met_at:
            state, said = "late", _("done, {late}").format(late=said)
    elif met_at:
        state, said = "met", _("on time")
    elif is_paused:
        state, said = "paused", _("paused")
    else:
        state = "soon" if left <= timedelta(seconds=soon) else "running"
        said = words[0].format(span=span(left, words))
    due = instant_short(due_at) if is_short else instant(due_at)
    return ClockText(state, said, due, due_at.isoformat())


@register.simple_tag
def clock(
    due_at: datetime | None,
    now: datetime,
    soon: int = SOON,
    met_at: datetime | None = None,
    is_paused: bool = False,
    started_at: datetime | None = None,
    label: str = "",
    size: str = "",
) -> SafeString | str:
    """The clock: time left in large, the due time below, always both. Empty without a due time.

    `size` "short" (rows: no year, no label), "large" (case head), or "" . `started_at` adds the
    bar. A clock that still runs carries `data-soon`, by which `portal.js` keeps it fresh.
    """
    text = clock_text(
        due_at, now, soon=soon, met_at=met_at, is_paused=is_paused, is_short=size == "short"
    )
    if text is None or due_at is None:
        return ""
    is_live = text.state not in STOPPED
    live = format_html(' data-soon="{}"', soon) if is_live else ""
    bar = clock_bar(started_at, due_at, met_at or now) if started_at else ""
    due = text.due if size == "short" else f"{label or _('Due')} {text.due}"
    return format_html(
        '<span class="clock{}" data-state="{}"><b><time datetime="{}"{}>{}</time></b>{}'
        "<small>{}</small></span>",
        " large" if size == "large" else "",
        text.state,
        text.iso,
        live,
        text.words,
        bar,
        due,
    )


def short_clock(text: ClockText, soon: int = SOON) -> SafeString:
    """The clock of a line in a list, from a `clock_text` with `is_short`."""
    live = "" if text.state in STOPPED else f' data-soon="{soon}"'
    # Codes, digits and our own words: there is nothing in it to escape.
    return SafeString(SHORT_CLOCK.format(text.state, text.iso, live, text.words, text.due))


def clock_bar(started_at: datetime, due_at: datetime, at: datetime) -> SafeString:
    """How much of the time is used, as a native progress element that needs no script."""
    whole = max(1, int((due_at - started_at).total_seconds()))
    used = min(whole, max(0, int((at - started_at).total_seconds())))
    return format_html(
        '<progress max="{}" value="{}" aria-label="{}"></progress>', whole, used, _("Time used")
    )


@register.simple_tag
def status_tag(label: str, tone: str = "neutral") -> SafeString:
    """A status: `label` is translated text, `tone` one of neutral info progress good warn bad."""
    return format_html('<span class="tag" data-tone="{}">{}</span>', tone, label)


@register.filter
def tone(level_tag: str) -> str:
    """The tone of a Django message level."""
    return TONES.get(level_tag, "info")


@register.filter
def faults(field: BoundField) -> list[str]:
    """The errors of a field as sentences that stand away from it: what Django says of any field
    ("This field is required.") follows the field's name, what names its own matter stands alone."""
    label = str(field.label)
    begins_anew = label.endswith((".", "?", "!"))
    told = field.form.errors.get_json_data(escape_html=False).get(field.name, ())
    said = [(one["code"], one["message"]) for one in told]
    if begins_anew:
        return [f"{label} {capfirst(words)}" if code else words for code, words in said]
    return [f"{label}: {words}" if code else words for code, words in said]


@register.filter
def locator(text: str) -> SafeString:
    """An address or handle for the page: defanged, in one type, kept apart from text direction."""
    return format_html('<bdi class="address">{}</bdi>', defang(text))


@register.filter
def breakable(text: str) -> SafeString:
    """Text with a number such as B-000004/KOMDIGI/III/2026, which breaks behind a slash and nowhere
    else: a phone would break it at its hyphen, and within the year."""
    words = [_breakable(word) if "/" in word else word for word in text.split(" ")]
    return format_html_join(" ", "{}", ((word,) for word in words))


def _breakable(word: str) -> SafeString:
    *parts, last = word.split("/")
    shown = [(f"{part}/",) for part in parts] + [(last,)]
    return format_html_join(SafeString("<wbr>"), '<span class="nowrap">{}</span>', shown)


@register.simple_tag(takes_context=True)
def other_languages(context: Context) -> list[dict[str, str]]:
    """The same page in the other languages: `code`, `name` (in itself) and `url` of each.

    `url` is empty where the address does not carry the language; there a form must ask for it.
    """
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    found = []
    for code, _name in settings.LANGUAGES:
        if code != get_language():
            url = translate_url(path, code)
            name = get_language_info(code)["name_local"]
            found.append({"code": code, "name": name, "url": "" if url == path else url})
    return found


@register.inclusion_tag("_letter.html")
def letter(page: str) -> dict[str, str]:
    """A letter for those who only read it, from its e-mail; to a reader of another language it
    says which one it is in, and why."""
    language = letters.language_of(page)
    spoken = get_language_info(language)["name_translated"]
    return {
        "body": letters.to_read(page),
        "language": language,
        "spoken": "" if language == get_language() else spoken,
    }


@register.simple_tag(takes_context=True)
def navigation(context: Context) -> list[dict[str, object]]:
    """The sections that this reader may open: `url`, `label`, and whether the page `is_here`."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    here = {context.get("section"), match.view_name if match else None}
    role = getattr(context.get("user"), "role", None)
    found: list[dict[str, object]] = []
    for section in sections_of(role):
        try:
            url = reverse(section.address)
        except NoReverseMatch:  # a page that stands without the rooms of the house
            continue
        is_here = bool(here & {section.name, section.address})
        found.append({"url": url, "label": section.label, "is_here": is_here})
    return found


@register.simple_tag
def clock_data() -> str:
    """The words that `portal.js` needs to keep clocks fresh, for the page's data-clock."""
    return "|".join(active_clock_words())
