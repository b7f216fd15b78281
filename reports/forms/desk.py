"""What staff, the police, monitors and organisations fill in behind the sign-in."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.errors import Invalid
from moderation_portal.fields import day_field
from moderation_portal.policy import Category, pack
from moderation_portal.roles import Role

from .. import completeness, custody, evidence, formal
from ..models import (
    ContactPoint,
    Evidence,
    Finding,
    FormalRequest,
)
from . import public
from .demanding import DemandingForm
from .public import Choices

ADDRESSES = {"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
CHOOSE = ("", _("choose"))


def category_choices(at: datetime) -> Choices:
    """The categories in force, for a select."""
    known: Choices = [(one.code, str(one.name)) for one in pack().categories(at)]
    return [CHOOSE, *known]


def platform_choices() -> Choices:
    """The platforms for people who know them by their addresses."""
    return public.platform_choices(_("the address tells it"))


def screenshot_field() -> forms.FileField:
    """A picture that somebody at a desk hands in."""
    return forms.FileField(
        label=_("Picture of the screen"),
        help_text=_(
            "PNG, JPEG or WebP. In sexual categories it is kept encrypted, without preview. Never"
            " attach pictures of a child."
        ),
        required=False,
    )


class UploadsForm(forms.Form):
    """A form some of whose fields are files; `prepared` holds those that were fit to keep."""

    FILES: dict[str, str] = {}

    def prepare(self, *, source: str, category: Category | None) -> list[evidence.Prepared]:
        """Looks at every upload; a bad one becomes an error of its field."""
        prepared = []
        for name, kind in self.FILES.items():
            for upload in self.files.getlist(name):
                try:
                    if category is None:
                        raise Invalid(_("Choose what it is about before you attach a file."))
                    prepared.append(
                        evidence.prepare(upload, kind=kind, source=source, category=category)
                    )
                except Invalid as error:
                    self.add_error(name, f"{upload.name}: {error.sentence}")
        return prepared


class RequestForm(DemandingForm, UploadsForm):
    """A formal request, as far as it is written: a draft may lack anything."""

    FILES = {
        "letter": Evidence.Kind.LETTER,
        "screenshot": Evidence.Kind.SCREENSHOT,
        "document": Evidence.Kind.OTHER,
    }

    contact_point = forms.ModelChoiceField(
        label=_("Contact point"),
        help_text=_("Only a registered contact point may file."),
        queryset=ContactPoint.objects.none(),
        required=False,
        empty_label=_("choose"),
    )
    letter_number = forms.CharField(label=_("Letter number"), max_length=120, required=False)
    letter_date = day_field(
        label=_("Letter date"),
        required=False,
    )
    unit = forms.CharField(label=_("Unit"), max_length=160, required=False)
    officer = forms.CharField(label=_("Officer"), max_length=160, required=False)
    case_number = forms.CharField(label=_("Case number"), max_length=120, required=False)
    article = forms.CharField(label=_("Article"), max_length=300, required=False)
    category = forms.ChoiceField(label=_("What is it about?"), required=False)
    locators = forms.CharField(
        label=_("Accounts, one on each line"),
        help_text=_("Links, user names with the name of the app, phone numbers, ids."),
        widget=forms.Textarea(
            attrs={
                "rows": 10,
                "data-paste": "line-count",
                "data-words": _("{valid} lines, {duplicate} repeated"),
                **ADDRESSES,
            }
        ),
        required=False,
    )
    legal_analysis = forms.CharField(
        label=_("Legal analysis"),
        help_text=_("Which article is violated, and why this content violates it."),
        widget=forms.Textarea(attrs={"rows": 6}),
        required=False,
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    urgency_reason = forms.CharField(
        label=_("Reason for urgency"), widget=forms.Textarea(attrs={"rows": 2}), required=False
    )
    confidential_until = day_field(
        label=_("Confidential until"),
        required=False,
    )
    is_preservation_wanted = forms.BooleanField(
        label=_("Ask the platform to preserve the data first"), required=False
    )
    letter = forms.FileField(
        label=_("Signed letter"), help_text=_("PDF or picture"), required=False
    )
    screenshot = forms.FileField(
        label=_("Picture of the screen"),
        help_text=_(
            "PNG, JPEG or WebP. A request cannot be handed in without one, unless it concerns a"
            " child: never attach pictures of a child. In sexual categories it is kept encrypted,"
            " without preview."
        ),
        required=False,
    )
    document = forms.FileField(
        label=_("Other document"),
        help_text=_("For example the designation by a ministry or agency."),
        required=False,
    )

    # What the law demands looks demanded, though a draft may lack it.
    DEMANDED = frozenset(
        {
            "contact_point",
            "letter_number",
            "letter_date",
            "category",
            "locators",
            "legal_analysis",
            "letter",
            "screenshot",
        }
    )

    def __init__(
        self, *args, actor, at: datetime, on_file: Collection[str] = frozenset(), **kwargs
    ):
        """`on_file` are the kinds of what the draft holds already."""
        super().__init__(*args, **kwargs)
        held = {name for name, kind in self.FILES.items() if kind in on_file}
        self.demanded = self.DEMANDED - held - self._spared(at)
        self.look_demanded(True)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices(at)
        contact_points = cast(forms.ModelChoiceField, self.fields["contact_point"])
        contact_points.queryset = formal.active_contact_points(at=at)
        if actor.role == Role.POLICE:
            del self.fields["contact_point"]

    def _spared(self, at: datetime) -> set[str]:
        """The picture, where the chosen category demands none: nobody is led to attach one."""
        code = self["category"].value()
        category = next((one for one in pack().categories(at) if one.code == code), None)
        if category is None:
            return set()
        wanted = completeness.gaps(formal.source_of(FormalRequest()), category, (), at=at)
        return set() if "screenshot" in {gap.code for gap in wanted} else {"screenshot"}

    def facts(self) -> dict[str, Any]:
        """The fields of `formal.WRITABLE` that this form has."""
        return {name: self.cleaned_data[name] for name in formal.WRITABLE if name in self.fields}


def initial_of(request: FormalRequest | None) -> dict[str, object]:
    """What a draft holds, for its form."""
    if request is None:
        return {}
    return {name: getattr(request, name) for name in formal.WRITABLE}


class ImportForm(forms.Form):
    """A file of many reports."""

    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV with a heading (account, platform, category, reason, seen_at…), a list with one"
            " address a line, or JSON lines."
        ),
    )
    category = forms.ChoiceField(label=_("Category where a row names none"), required=False)
    reason = forms.CharField(
        label=_("Reason where a row gives none"), max_length=2000, required=False
    )
    good_faith = forms.BooleanField(
        label=_("What is reported is true as far as I know."), required=False
    )
    is_dry_run = forms.BooleanField(
        label=_("Only show what would happen, and save nothing"), required=False, initial=True
    )

    def __init__(self, *args, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["category"]).choices = category_choices(at)


class AttachForm(UploadsForm):
    """Evidence that an officer adds to a report."""

    FILES = {"screenshot": Evidence.Kind.SCREENSHOT, "document": Evidence.Kind.OTHER}

    screenshot = screenshot_field()
    document = forms.FileField(
        label=_("Other document"), help_text=_("PDF or picture"), required=False
    )


class VerdictForm(forms.Form):
    """What a person says of a machine's finding."""

    verdict = forms.ChoiceField(
        label=_("Verdict"), choices=Finding.Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("What did you see?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )


class DeclineForm(forms.Form):
    """Why an account is not taken up, as its reporter hears it."""

    because = forms.ChoiceField(label=_("Reason"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In words, for the reporter"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        required=False,
    )

    def __init__(self, *args, at: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        reasons = pack().decline_reasons(at)
        because = cast(forms.ChoiceField, self.fields["because"])
        because.choices = [(one.code, str(one.name)) for one in reasons]


class OfficerAnswerForm(forms.Form):
    """The answer of a reporter who signs in to the question of an officer."""

    words = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4_000
    )


class PurposeForm(forms.Form):
    """Why a file is opened; it is recorded."""

    purpose = forms.CharField(
        label=_("Why must you see this file?"),
        help_text=_("Your name, the time and these words are recorded."),
        max_length=custody.LONGEST_PURPOSE,
    )
