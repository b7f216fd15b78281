"""What a reporter adds on the status page: facts that were missing, and answers to questions."""

from copy import deepcopy
from datetime import datetime
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from moderation_portal.policy import Category, pack

from ..completeness import LOCATOR
from ..mending import Supplied
from ..pasting import WORDS
from ..questions import LONGEST
from ..receipts import Asked, ItemStatus
from ..tellings import Line, beginning_of
from .demanding import DemandingForm
from .public import Choices, WhatForm, WhoForm, WhyForm

# Which fields fill which gap, in the order in which they are asked.
FIELDS = {
    LOCATOR: ("address", "platform", "description"),
    "reason": ("reason",),
    "seen_at": ("seen_on",),
    "screenshot": ("screenshot",),
    "reporter_identity": ("name",),
    "reporter_contact": ("email", "phone"),
    "good_faith": ("good_faith",),
}
# Beside these another field is enough.
BESIDE = frozenset({"platform", "description", "email", "phone"})


class MissingForm(DemandingForm, WhyForm):
    """What one account of a report still lacks. Any of it may be added, and the rest later."""

    address = forms.CharField(
        label=_("The account: its link, user name or number"),
        widget=forms.TextInput(
            attrs={"autocapitalize": "none", "autocorrect": "off", "spellcheck": "false"}
        ),
        max_length=2000,
        required=False,
    )
    platform = deepcopy(WhatForm.base_fields["platform"])
    description = deepcopy(WhatForm.base_fields["description"])
    name = deepcopy(WhoForm.base_fields["name"])
    email = deepcopy(WhoForm.base_fields["email"])
    phone = deepcopy(WhoForm.base_fields["phone"])
    good_faith = deepcopy(WhoForm.base_fields["good_faith"])

    def __init__(
        self,
        data=None,
        files=None,
        *,
        item: ItemStatus,
        category: Category,
        platforms: Choices,
        at: datetime,
    ):
        super().__init__(
            data,
            files,
            prefix=f"i{item.position}",
            initial={"address": item.account},
            category=category,
            today=pack().day(at),
            has_picture=True,
            at=at,
        )
        self.told = item.account
        names = [name for gap in item.gaps for name in FIELDS.get(gap.code, ())]
        wanted = [name for fields in FIELDS.values() for name in fields if name in names]
        self.fields = {name: self.fields[name] for name in wanted if name in self.fields}
        self.demanded = self.fields.keys() - BESIDE
        self.look_demanded(True)
        if "address" in self.fields:
            problem = next((gap.problem for gap in item.gaps if gap.problem), "")
            self.fields["address"].help_text = WORDS.get(problem, "")
            cast(forms.ChoiceField, self.fields["platform"]).choices = platforms

    @property
    def is_of_whole(self) -> bool:
        """Whether some of it is asked of the whole report and not of this account alone."""
        return not self.fields.keys() <= set(FIELDS[LOCATOR])

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        for name, value in cleaned.items():
            if isinstance(value, str):
                cleaned[name] = value.replace("\x00", "").strip()
        given = {name for name, value in cleaned.items() if value and name != "address"}
        if not given and not self.errors and cleaned.get("address", self.told) == self.told:
            raise forms.ValidationError(_("Nothing has been added yet."))
        return cleaned

    def supplied(self) -> Supplied:
        """What was added. An address that stands as it was told, beside nothing, is none."""
        given = self.cleaned_data
        parts = [given.get(name, "") for name in FIELDS[LOCATOR]]
        is_named = any(parts) and parts != [self.told, "", ""]
        seen_on = given.get("seen_on")
        return Supplied(
            line=Line(*parts) if is_named else None,
            reason=given.get("reason", ""),
            seen_at=beginning_of(seen_on) if seen_on else None,
            is_good_faith=given.get("good_faith", False),
            name=given.get("name", ""),
            email=given.get("email", ""),
            phone=given.get("phone", ""),
            picture=self.prepared,
        )


class AnswerForm(forms.Form):
    """The answer to one question."""

    words = forms.CharField(
        label=_("Your answer"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST
    )

    def __init__(self, data=None, *, question: Asked):
        super().__init__(data, prefix=f"q{question.pk}")
