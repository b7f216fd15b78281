"""What a person fills in who files mail that came in."""

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import WallClockForm
from moderation_portal.formats import defang
from moderation_portal.policy import Choice
from platforms.locators import find_all
from reports.forms.telling import TellingForm

from .answers import LONGEST_REASON, LONGEST_REFERENCE
from .models import NoticeItem
from .platform_forms import moment
from .replies import filing

# So much of a message is looked through for accounts, and so many are filled in.
LONGEST_READ, MOST_READ = 20_000, 100


class FiledAnswerForm(WallClockForm):
    """What the message says of the accounts that are ticked."""

    prefix = "answer"
    items = forms.TypedMultipleChoiceField(
        label=_("Accounts"), coerce=int, widget=forms.CheckboxSelectMultiple
    )
    code = forms.ChoiceField(label=_("What the platform says of them"))
    reason = forms.CharField(
        label=_("Its reason"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reference = forms.CharField(
        label=_("Its own reference"), required=False, max_length=LONGEST_REFERENCE
    )

    lacks = forms.ChoiceField(
        label=_("What is lacking"),
        help_text=_("Where the platform needs more information."),
        required=False,
    )
    effect_at = moment(_("When it was done"), _("Where the message says it."))

    def __init__(
        self,
        *args,
        items: Iterable[NoticeItem],
        choices: Iterable[Choice],
        lacks: Iterable[Choice],
        **kwargs,
    ):
        super().__init__(*args, **kwargs)
        named = [(item.pk, f"{item.position}. {defang(item.locator)}") for item in items]
        cast(forms.MultipleChoiceField, self.fields["items"]).choices = named
        known = [("", _("choose")), *((one.code, str(one.name)) for one in choices)]
        cast(forms.ChoiceField, self.fields["code"]).choices = known
        lacking = [(one.code, str(one.name)) for one in lacks]
        cast(forms.ChoiceField, self.fields["lacks"]).choices = [("", _("not stated")), *lacking]


class ReadReportForm(TellingForm):
    """A report that a person reads out of a message; what the message says is filled in."""

    prefix = "report"
    FILES: dict[str, str] = {}
    # The message brings its own files.
    screenshot = None  # type: ignore[assignment]

    def __init__(self, *args, text: str, name: str, address: str, actor, at: datetime, **kwargs):
        found = [one for one in find_all(text[:LONGEST_READ]) if not one.problem]
        named = [one.url or f"{one.platform}: {one.display}" for one in found[:MOST_READ]]
        first = {
            "accounts": "\n".join(named),
            "reason": text,
            "reporter_name": name,
            "reporter_email": address,
        }
        super().__init__(*args, actor=actor, at=at, initial=first, **kwargs)


class BelongsForm(forms.Form):
    """The notice to which a message belongs."""

    prefix = "belongs"
    number = forms.CharField(label=_("Number of the notice"), max_length=80)


class AsideForm(forms.Form):
    """Why nothing follows from a message."""

    prefix = "aside"
    reason = forms.CharField(
        label=_("Reason"),
        max_length=filing.LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
