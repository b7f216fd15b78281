"""Telling of a feature of a platform instead of an account: only the regulator's own staff does.

No text of anybody else ever names a feature; it is chosen from the platform's list.
"""

from django.utils.translation import gettext as _

from moderation_portal.errors import Refused
from platforms.locators import Locator
from platforms.models import Feature

from .models import Handling, ReporterKind, Visibility
from .tellings import Line, Telling

# The kind of the account that stands for a feature.
FEATURE = "feature"


def line_of(feature: Feature, handling: str) -> Line:
    """The line that tells of a feature. A sealed matter has one of its own: a feature is nobody who
    could be warned, so neither case holds the other back, or shows that there is another."""
    mark = "sealed:" if handling == Handling.SEALED else ""
    return Line(text=f"{mark}{feature.code}", feature=feature)


def locator_of(line: Line, feature: Feature) -> Locator:
    """What a line that tells of a feature names. There is no address, so nothing ever looks at it
    but a person."""
    return Locator(
        platform=feature.platform.slug,
        kind=FEATURE,
        canonical=line.text,
        host="",
        url="",
        display=feature.shown,
        visibility=Visibility.PRIVATE,
    )


def refuse_strangers(telling: Telling) -> None:
    """Raises Refused for a telling of a feature that comes from anybody but the regulator, or that
    names anything besides."""
    if not any(line.feature for line in telling.lines):
        return
    if telling.reporter.kind != ReporterKind.REGULATOR or len(telling.lines) != 1:
        raise Refused(_("Only the regulator's own staff may do this."))
