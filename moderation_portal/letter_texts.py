"""The text of letters as stewards have changed it: the policy pack's file stands until they do.

A text is never edited: another takes its place from its first day on, once a second person has
approved it. So a letter of an earlier day is written anew as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

import yaml
from django.db import models
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from . import letters
from .errors import Invalid
from .letter_names import name_of
from .policy import PackError, pack
from .policy.template import (
    ALONE,
    BRACES,
    FROM_PACK,
    KINDS,
    PLACEHOLDER,
    SUPPLIED,
    Template,
    parse,
)

LONGEST = 20_000


class LetterText(models.Model):
    """A steward's text of one letter in one language, Markdown with front matter.

    `version` counts those that a second person approved; it stood from `valid_from`, not before
    `approved_at`, and until `ended_at` or the next one.
    """

    code = models.CharField(gettext_lazy("letter"), max_length=40)
    language = models.CharField(gettext_lazy("language"), max_length=5)
    source = models.TextField(gettext_lazy("text"))
    because = models.CharField(gettext_lazy("explanation"), max_length=300)
    valid_from = models.DateField(gettext_lazy("first day"))
    is_active = models.BooleanField(gettext_lazy("in use"), default=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    approved_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["code", "language", "-version", "-pk"]
        verbose_name = gettext_lazy("text of a letter")
        verbose_name_plural = gettext_lazy("texts of letters")
        indexes = [
            models.Index(
                fields=["code", "language", "-valid_from", "-version"],
                condition=Q(version__gt=0),
                name="letter_text_in_force",
            )
        ]

    def __str__(self) -> str:
        return f"{name_of(self.code)} ({self.language})"


def row_at(code: str, language: str, at: datetime) -> LetterText | None:
    """The steward's text of a letter that stood at `at`, if one did. One statement.

    What a newer pack has made unfit (it demands a name that the text lacks) gives way to the pack.
    """
    row = _standing(at).filter(code=code, language=language).first()
    return row if row and _is_fit(row) else None


def rows_at(at: datetime) -> dict[tuple[str, str], LetterText]:
    """The same of every letter, by its code and language. One statement."""
    firsts = _standing(at).distinct("code", "language")
    return {(row.code, row.language): row for row in firsts if _is_fit(row)}


def _standing(at: datetime) -> QuerySet[LetterText]:
    standing = LetterText.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at))
    standing = standing.filter(version__gt=0, approved_at__lte=at, valid_from__lte=pack().day(at))
    return standing.order_by("code", "language", "-valid_from", "-version")


def _is_fit(row: LetterText) -> bool:
    return not problems(row.code, row.language, row.source)


def template_at(code: str, language: str, at: datetime) -> Template:
    """The template of a letter as it stood at `at`: a steward's, else the policy pack's."""
    return template_of(row_at(code, language, at), code, language)


def template_of(row: LetterText | None, code: str, language: str) -> Template:
    """The template in a steward's text, or the policy pack's where there is none."""
    return _parsed(row.source, code, language) if row else pack().template(code, language)


def write(
    code: str,
    language: str,
    context: Mapping[str, Any],
    locators: Sequence[letters.LocatorLine] = (),
) -> letters.Letter:
    """Writes a letter by the text that stood at `context["issued_at"]`. Raises like
    `letters.render`."""
    at = context.get("issued_at")
    template = template_at(code, language, at) if at else None
    return letters.render(pack(), code, language, context, locators, template=template)


def version_at(code: str, language: str, at: datetime) -> str:
    """What a letter written at `at` rests on: the pack's version, and the steward's text if any."""
    row = row_at(code, language, at)
    base = pack().version
    return f"{base}+{code}.{language}@{row.version}" if row else base


def compose(code: str, language: str, told: Mapping[str, Any]) -> str:
    """The source of a letter of which these parts were written anew: `subject`, `head` (labels and
    values), `to`, `body`, `signature`. The rest is the pack's; which names may stay empty too."""
    default = pack().template(code, language)
    front: dict[str, Any] = {
        "subject": told["subject"],
        "date": default.date,
        "head": dict(told["head"]),
        "to": told["to"],
        "signature": told["signature"],
        "copies": default.copies,
        "rule_ids": list(default.rule_ids),
    }
    used = set(PLACEHOLDER.findall("\n".join([*_texts(front), told["body"]])))
    front["placeholders"] = sorted(used - default.optional)
    front["optional"] = sorted(used & default.optional)
    head = yaml.safe_dump(
        {name: value for name, value in front.items() if value},
        allow_unicode=True,
        sort_keys=False,
        width=98,
    )
    return f"---\n{head}---\n{told['body'].strip()}\n"


def problems(code: str, language: str, source: str) -> list[str]:
    """What would stop this text from being sent, as sentences for who wrote it."""
    try:
        template = _parsed(source, code, language)
        default = pack().template(code, language)
    except (PackError, Invalid):
        return [_("The text cannot be read. Check its first lines.")]
    known = SUPPLIED.get(code, frozenset()) | FROM_PACK.keys()
    strangers = sorted(template.used - known)
    lost = sorted(default.required - template.used)
    found = []
    if strangers:
        said = _("This letter is not given: %(names)s. Choose among its placeholders.")
        found.append(said % {"names": ", ".join(strangers)})
    if lost:
        said = _("This letter must say: %(names)s. Put it back.")
        found.append(said % {"names": ", ".join(f"{{{{ {name} }}}}" for name in lost)})
    if undeclared := sorted(template.used - template.required - template.optional):
        found.append(_("Not declared: %(names)s.") % {"names": ", ".join(undeclared)})
    return found + _faults_of_lines(template)


def _faults_of_lines(template: Template) -> list[str]:
    found = []
    for line in "\n".join(template.texts).splitlines():
        rest = PLACEHOLDER.sub("", line)
        if BRACES.search(rest):
            said = _("“%(line)s” holds braces that are no placeholder.")
            found.append(said % {"line": line.strip()[:120]})
        for name in PLACEHOLDER.findall(line):
            if KINDS.get(name) in ALONE and rest.strip():
                said = _("“%(name)s” must stand alone on its line.")
                found.append(said % {"name": name})
        if line.lstrip().startswith("|"):
            found.append(_("A letter has no table but the one of its accounts."))
    return found


def _texts(front: Mapping[str, Any]) -> list[str]:
    heads = [str(one) for one in front["head"].values()]
    return [
        front["subject"],
        front["date"],
        *heads,
        front["to"],
        front["signature"],
        front["copies"],
    ]


@lru_cache(maxsize=256)
def _parsed(source: str, code: str, language: str) -> Template:
    return parse(source, code, language)
