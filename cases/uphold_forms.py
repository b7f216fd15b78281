"""Upholding a case: the checklist, the provisions, the three-part test, the reasons.

Nothing is decided by what stands in a field already: a proposal is marked as one, and its author
answers for every word.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moderation_portal.policy import Basis

from . import checklists, grounds, proposals
from .forms import DepartureForm
from .models import Decision
from .permissions import visible_to

# The kinds of provisions, in the order in which a decision is built on them.
KINDS = {
    "prohibition": _("What is prohibited"),
    "power": _("What lets the authority order it"),
    "procedure": _("How it is ordered"),
}


@dataclass(frozen=True)
class Provision:
    """A provision to choose; `uses` of the `seen` newest orders of its category rest on it.
    `place` counts from 0 down the page."""

    place: int
    basis: Basis
    is_chosen: bool
    uses: int
    seen: int


@dataclass(frozen=True)
class LineRow:
    """A line of the checklist: done or skipped already (`tick`), or with its fields to do so."""

    shown: checklists.Shown
    box: BoundField | None = None
    skip: BoundField | None = None


class UpholdForm(DepartureForm):
    """The decision: checklist, legal basis, the three-part test (ICCPR art. 19(3)), reasons."""

    KIND = Decision.Kind.UPHOLD

    bases = forms.MultipleChoiceField(
        label=_("Legal basis"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("choose at least one provision that prohibits it.")},
    )
    legality = forms.CharField(
        label=_("Legality: what in the account falls under this provision?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Say what in the account falls under the provision.")},
    )
    aim = forms.CharField(
        label=_("Legitimate aim: whom or what does the order protect?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        error_messages={"required": _("Say whom or what the order protects.")},
    )
    remedy = forms.ChoiceField(
        label=_("Necessity: the mildest remedy that works"),
        choices=[
            ("item", _("The item alone is enough")),
            ("account", _("The account: items alone would come back")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("choose the mildest remedy that works.")},
    )
    necessity = forms.CharField(
        label=_("Proportionality: why is nothing milder enough?"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        error_messages={"required": _("Say why nothing milder is enough.")},
    )
    reasons = forms.CharField(
        label=_("Reasons as the platform will read them"),
        help_text=_(
            "Facts about the account only: no names, no faces, nothing about who reported. They go "
            "into the letter as you write them, marked with the language of this page."
        ),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=4000,
        error_messages={"required": _("write what the platform is to read.")},
    )

    def choose(self) -> None:
        super().choose()
        self.articles = self.pack.bases_for(self.case.category, self.at)
        bases = cast(forms.MultipleChoiceField, self.fields["bases"])
        bases.choices = [(b.code, str(b.citation)) for b in self.articles]
        for part, texts in self.pack.guidance(self.case.category, self.at).items():
            self.fields[part].help_text = " ".join(texts)
        if hasattr(self.case, "systemic"):
            remedy = cast(forms.ChoiceField, self.fields["remedy"])
            remedy.choices = [("feature", _("The feature: new accounts would take their place"))]
        self.ask_lines()
        self.propose()

    def ask_lines(self) -> None:
        """A box for each open line of the checklist, and a reason where it may be skipped."""
        ticks = self.case.ticks.select_related("ticked_by")
        added = checklists.additions_at(self.at)
        self.lines = checklists.shown(self.case, ticks, added, self.at)
        self.open_lines = [one.line for one in self.lines if one.tick is None]
        for line in self.open_lines:
            self.fields[f"line-{line.code}"] = forms.BooleanField(label=line.text, required=False)
            if line.may_be_skipped:
                self.fields[f"skip-{line.code}"] = forms.CharField(
                    label=_("Or skip it: why?"),
                    max_length=checklists.LONGEST_REASON,
                    required=False,
                )

    def propose(self) -> None:
        """What the fields begin with: a decision that was sent back as its author wrote it,
        otherwise proposals, each of them marked."""
        last = self.case.decisions.order_by("-decided_at").first()
        self.proposed: dict[str, str] = {}
        if last is not None and last.state == Decision.State.SENT_BACK:
            self.initial = {**last.test, "bases": last.bases, "reasons": last.reasons}
            return
        self.proposed = proposals.of(self.case, self.user, at=self.at)
        self.initial = dict(self.proposed)
        for part in self.proposed:
            if not self.is_bound or self.data.get(part) == self.proposed[part]:
                sign = gettext("Proposal: read it, and write what is true of this account.")
                self.fields[part].help_text = f"{sign} {self.fields[part].help_text}"

    def clean(self) -> dict[str, Any]:
        """Puts the lines and the parts of the test together, as the verb is told them."""
        said = self.cleaned_data
        ticked = [one.code for one in self.open_lines if said.get(f"line-{one.code}")]
        given = {one.code: said.get(f"skip-{one.code}", "") for one in self.open_lines}
        skipped = {code: why for code, why in given.items() if why and code not in ticked}
        for line in self.open_lines:
            if line.code not in (*ticked, *skipped):
                sentence = gettext("The checklist is open here: %(line)s") % {"line": line.text}
                self.add_error(f"line-{line.code}", sentence)
        test = {part: said.get(part, "") for part in grounds.TEST_PARTS}
        return said | {"ticked": ticked, "skipped": skipped, "test": test}

    def checklist(self) -> list[LineRow]:
        """The lines of the checklist down the page."""
        return [
            LineRow(
                one,
                self[f"line-{one.line.code}"] if one.tick is None else None,
                self[name] if (name := f"skip-{one.line.code}") in self.fields else None,
            )
            for one in self.lines
        ]

    def provisions(self) -> list[tuple[str, list[Provision]]]:
        """Under the words for each kind its provisions, those first that most orders of this
        category rest on."""
        chosen = self["bases"].value() or ()
        seen, uses = grounds.usage(self.case.category, visible_to(self.user))
        kinds = list(KINDS)
        ordered = sorted(self.articles, key=lambda one: (kinds.index(one.kind), -uses[one.code]))
        rows = [
            Provision(place, basis, basis.code in chosen, uses[basis.code], seen)
            for place, basis in enumerate(ordered)
        ]
        groups = groupby(rows, key=lambda row: row.basis.kind)
        return [(str(KINDS[kind]), list(group)) for kind, group in groups]
