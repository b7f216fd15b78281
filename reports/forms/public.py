"""The three short steps of the public form. What must be filled in stands in the policy pack."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from moderation_portal.errors import Invalid
from moderation_portal.fields import day_field
from moderation_portal.policy import Category, pack
from platforms import directory

from .. import completeness, evidence, receipts
from ..judging import EARLIEST, is_phone
from ..models import Evidence, Remedy, ReporterKind, Visibility

Choices = list[tuple[str, str | Promise]]
NOT_LISTED = _("Seen in the address, or not listed")


def demanded(category: Category, at: datetime) -> dict[str, str]:
    """What the law or the regulator demands of the public in this category: code to sentence."""
    found = completeness.gaps(ReporterKind.PUBLIC, category, (), at=at)
    return {gap.code: gap.message for gap in found}


def platform_choices(none: str | Promise = NOT_LISTED) -> Choices:
    """The platforms, by name, for a select; `none` is what it says where nothing is chosen."""
    platforms = sorted(directory.by_slug().values(), key=lambda one: one.name.lower())
    return [("", none), *((one.slug, one.name) for one in platforms)]


def is_phone_number(text: str) -> None:
    """Raises ValidationError for what nobody could call."""
    if not is_phone(text):
        raise forms.ValidationError(_("This is no telephone number, such as 0812 3456 7890."))


def past_day(day: date | None, today: date) -> date | None:
    """The day, if it can be that of something seen. Raises ValidationError for any other."""
    if day and day > today:
        raise forms.ValidationError(_("This day has not come yet."))
    if day and day.year < EARLIEST:
        raise forms.ValidationError(_("This is too long ago. Correct the date."))
    return day


class WhatForm(forms.Form):
    """Step 1: the accounts, and what is wrong with them."""

    accounts = forms.CharField(
        label=_("Accounts, one on each line"),
        widget=forms.Textarea(
            attrs={"rows": 5, "autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
        max_length=110_000,
    )
    platform = forms.ChoiceField(
        label=_("App or website"),
        help_text=_("Choose it when you give a user name or a number only."),
        required=False,
    )
    description = forms.CharField(
        label=_("No address? Describe the profile"),
        help_text=_(
            "For profiles seen nearby: the name shown, the district or city (never a street or"
            " house), what its picture shows."
        ),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
    )
    category = forms.ChoiceField(
        label=_("What is it about?"), widget=forms.RadioSelect(attrs={"class": "across"})
    )

    def __init__(self, *args, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.at = at
        # One way of naming the account is enough: its address, or a description.
        self.fields["accounts"].required = not self.data.get("description", "").strip()
        most = pack().limits_at(at).public_items_max
        said = _("A link, a user name or a number. Up to %(most)s.") % {"most": most}
        self.fields["accounts"].help_text = said
        self.fields["accounts"].error_messages["required"] = _("Give at least one account.")
        cast(forms.ChoiceField, self.fields["platform"]).choices = platform_choices()
        cast(forms.ChoiceField, self.fields["category"]).choices = [
            (one.code, str(one.name)) for one in pack().categories(at) if not one.needs_designation
        ]

    def clean_accounts(self) -> str:
        text = self.cleaned_data["accounts"].replace("\x00", "")
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        most = pack().limits_at(self.at).public_items_max
        if len(lines) > most:
            raise forms.ValidationError(
                _("These are %(count)s accounts; at most %(most)s go into one report."),
                params={"count": len(lines), "most": most},
            )
        return "\n".join(lines)


class WhyForm(forms.Form):
    """Step 2: why, since when, and a picture where one may be sent."""

    reason = forms.CharField(
        label=_("What is wrong?"),
        help_text=_("In your own words, a sentence or two."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=20_000,
        required=False,
    )
    seen_on = day_field(
        label=_("When did you see it?"),
        required=False,
    )
    visibility = forms.ChoiceField(
        label=_("Who can see it?"),
        choices=[
            ("", _("I do not know")),
            (Visibility.PUBLIC, _("Everybody")),
            (Visibility.DISCOVERABLE, _("People nearby, or who search")),
            (Visibility.PRIVATE, _("Only me: it came in a private message")),
        ],
        required=False,
    )
    requested_remedy = forms.ChoiceField(
        label=_("What should be taken down?"),
        choices=[("", _("I leave that to you")), *Remedy.choices],
        required=False,
    )
    screenshot = forms.FileField(label=_("Picture of the screen"), required=False)

    def __init__(self, *args, category: Category, today: date, has_picture: bool, at, **kwargs):
        super().__init__(*args, **kwargs)
        self.category, self.today = category, today
        self.seen: evidence.Seen | None = None
        self.prepared: evidence.Prepared | None = None
        wanted = demanded(category, at)
        _require(self.fields["reason"], "reason", wanted)
        _require(self.fields["seen_on"], "seen_at", wanted)
        self.fields["seen_on"].widget.attrs |= {
            "min": f"{EARLIEST}-01-01",
            "max": today.isoformat(),
        }
        if not category.screenshot_from_public:
            del self.fields["screenshot"]
            return
        picture = self.fields["screenshot"]
        picture.widget.attrs["accept"] = "image/png,image/jpeg,image/webp"
        most = settings.UPLOAD_MAX_BYTES // 1024 // 1024
        picture.help_text = _("PNG, JPEG or WebP, up to %(most)s MB.") % {"most": most}
        if not has_picture:
            _require(picture, "screenshot", wanted)

    def clean_reason(self) -> str:
        return self.cleaned_data["reason"].replace("\x00", "").strip()

    def clean_seen_on(self) -> date | None:
        return past_day(self.cleaned_data["seen_on"], self.today)

    def clean_screenshot(self):
        upload = self.cleaned_data["screenshot"]
        if not upload:
            return None
        try:
            self.seen = evidence.look_at(
                upload,
                kind=Evidence.Kind.SCREENSHOT,
                source=ReporterKind.PUBLIC,
                category=self.category,
            )
        except Invalid as error:
            raise forms.ValidationError(error.sentence) from error
        return upload

    def encode(self) -> None:
        """Decodes and re-encodes the picture, once everything else is right and counted."""
        try:
            self.prepared = evidence.encode(self.seen) if self.seen else None
        except Invalid as error:
            self.add_error("screenshot", error.sentence)


class WhoForm(forms.Form):
    """Step 3: who tells it. Anonymous where the category allows it."""

    name = forms.CharField(label=_("Your name"), max_length=200, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    phone = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        validators=[is_phone_number],
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    good_faith = forms.BooleanField(
        label=_("What I report is true as far as I know."), required=False
    )

    def __init__(self, *args, category: Category, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.wanted = demanded(category, at)
        _require(self.fields["name"], "reporter_identity", self.wanted)
        _require(self.fields["good_faith"], "good_faith", self.wanted)
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["phone"].widget.attrs["autocomplete"] = "tel"
        if "reporter_contact" in self.wanted:
            self.fields["email"].help_text = _(
                "An e-mail address or a phone number: one is enough."
            )
            for name in ("email", "phone"):
                self.fields[name].is_one_of = True  # type: ignore[attr-defined]  # for its label

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        for field in ("name", "phone"):
            cleaned[field] = cleaned.get(field, "").replace("\x00", "").strip()
        has_contact = cleaned.get("email") or cleaned.get("phone")
        is_wrong = self.errors.keys() & {"email", "phone"}
        if "reporter_contact" in self.wanted and not has_contact and not is_wrong:
            self.add_error("email", self.wanted["reporter_contact"])
        return cleaned


class CodeForm(forms.Form):
    """The receipt code, however it is spaced."""

    code = forms.CharField(
        label=_("Receipt code"),
        help_text=lazy(receipts.read_aloud, str)(),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


def _require(field: forms.Field, code: str, wanted: dict[str, str]) -> None:
    """Makes a field required when the pack demands what it holds, in the pack's own words."""
    if code in wanted:
        field.required = True
        field.widget.is_required = True
        field.error_messages["required"] = wanted[code]
