"""One telling by somebody who signs in, or that staff enter for somebody who wrote."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.fields import day_field
from moderation_portal.policy import Category, pack
from moderation_portal.roles import STAFF, Role

from .. import coarse, evidence, permissions
from ..models import Evidence, ReporterKind, Visibility
from ..tellings import Line, ReporterFacts, Telling, beginning_of
from ..texts import plain
from .desk import ADDRESSES, CHOOSE, UploadsForm, category_choices, platform_choices
from .public import is_phone_number, past_day


class TellingForm(UploadsForm):
    """One report by a signed-in person, or by staff for somebody who wrote on paper."""

    FILES = {"screenshot": Evidence.Kind.SCREENSHOT}

    accounts = forms.CharField(
        label=_("Accounts, one on each line"),
        widget=forms.Textarea(attrs={"rows": 5, **ADDRESSES}),
        max_length=500_000,
    )
    platform = forms.ChoiceField(label=_("App or website"), required=False)
    description = forms.CharField(
        label=_("No address? Describe the profile"),
        help_text=_("Name shown, district or city (never a street or house), picture."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )
    category = forms.ChoiceField(label=_("What is it about?"))
    reason = forms.CharField(
        label=_("What is wrong?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000
    )
    seen_on = day_field(
        label=_("When was it seen?"),
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Who can see it?"), choices=[CHOOSE, *Visibility.choices], required=False
    )
    area = forms.CharField(
        label=_("Area"),
        help_text=_("Kemendagri code, e.g. 35.73.05"),
        max_length=13,
        required=False,
    )
    place = forms.CharField(
        label=_("Place"),
        help_text=_("Village or district. Never a street, house or hotel."),
        max_length=160,
        required=False,
    )
    screenshot = forms.FileField(label=_("Picture of the screen"), required=False)
    reporter_name = forms.CharField(label=_("Reporter's name"), max_length=200, required=False)
    reporter_email = forms.EmailField(label=_("Reporter's e-mail"), required=False)
    reporter_phone = forms.CharField(
        label=_("Reporter's phone"), max_length=40, required=False, validators=[is_phone_number]
    )
    good_faith = forms.BooleanField(
        label=_("What is reported is true as far as I know."), required=False
    )

    def __init__(self, *args, actor, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        # One way of naming the account is enough: its address, or a description.
        self.fields["accounts"].required = not str(
            self.data.get(self.add_prefix("description"), "")
        ).strip()
        self.fields["accounts"].error_messages["required"] = _("Give at least one account.")
        self.today = pack().day(at)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices(at)
        cast(forms.ChoiceField, self.fields["platform"]).choices = platform_choices()
        if actor.role not in STAFF:
            for name in ("reporter_name", "reporter_email", "reporter_phone"):
                del self.fields[name]
        self.actor = actor
        if actor.role == Role.MONITOR:
            self.fields["area"].initial = actor.area

    def clean_area(self) -> str:
        area = self.cleaned_data["area"]
        if self.actor.role == Role.MONITOR:
            verdict = permissions.may_speak_as(self.actor, ReporterKind.MONITOR, area)
            if not verdict:
                raise forms.ValidationError(verdict.reason)
        return area

    def clean_place(self) -> str:
        place = self.cleaned_data["place"]
        finer = coarse.problem(place) if self.actor.role == Role.MONITOR else None
        if finer:
            raise forms.ValidationError(str(finer))
        return place

    def clean_seen_on(self) -> date | None:
        return past_day(self.cleaned_data["seen_on"], self.today)

    def seen_at(self) -> datetime | None:
        """The beginning of the day on which it was seen, in the pack's zone."""
        seen_on = self.cleaned_data["seen_on"]
        return beginning_of(seen_on) if seen_on else None

    def source(self, actor) -> str:
        """Whose telling it is: that of the person who writes, or of the one named by staff."""
        if actor.role not in STAFF:
            return permissions.own_kind(actor)
        names = ("reporter_name", "reporter_email", "reporter_phone")
        is_paper = any(self.cleaned_data[name] for name in names)
        return ReporterKind.PUBLIC if is_paper else permissions.own_kind(actor)

    def lines(self) -> list[Line]:
        """The accounts, one of each line, and the one that is only described."""
        given = self.cleaned_data
        hint, words, visibility = given["platform"], given["description"], given["visibility"]
        texts = [plain(text) for text in given["accounts"].splitlines()]
        lines = [Line(text, hint, "", visibility) for text in texts if text]
        return [*lines, Line("", hint, words, visibility)] if words else lines

    def telling(
        self, category: Category, channel: str, uploads: Iterable[evidence.Prepared] = ()
    ) -> Telling:
        """All of it as the one door takes it in."""
        given = self.cleaned_data
        return Telling(
            reporter=self._reporter(),
            channel=channel,
            category=category.code,
            lines=tuple(self.lines()),
            reason=given["reason"],
            seen_at=self.seen_at(),
            place=given["place"],
            area=given["area"],
            is_good_faith=given["good_faith"],
            uploads=tuple(uploads),
        )

    def _reporter(self) -> ReporterFacts:
        user, given, source = self.actor, self.cleaned_data, self.source(self.actor)
        if source == ReporterKind.PUBLIC:
            return ReporterFacts(
                kind=source,
                name=given["reporter_name"],
                email=given["reporter_email"],
                phone=given["reporter_phone"],
            )
        return ReporterFacts(kind=source, user=user, area=user.area, language=user.language)
