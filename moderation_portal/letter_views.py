"""The texts of letters: read by those who may, written by stewards, looked at before use."""

import base64
import hashlib
from datetime import datetime
from typing import Any

from csp.decorators import csp_update
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from . import asking, changes, clock, letter_figures, letter_texts, letters
from .errors import Invalid
from .letter_forms import LetterForm, names_of, parts_of
from .letter_names import name_of
from .letter_texts import LetterText
from .letters.mail import STYLE
from .letters.sample import sample
from .middleware import SignedInRequest
from .policy import Template, pack
from .policy.template import SUPPLIED, parse
from .roles import Role

STYLE_HASH = f"'sha256-{base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'"
KEPT_SHOWN = 20


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Every letter, and for each language of the pack whose text it has today."""
    asking.only_rule_readers(request.user)
    at = clock.now()
    waiting = asking.waiting("letter_text")
    waits = set(LetterText.objects.filter(pk__in=waiting).values_list("code", "language"))
    standing, figures = letter_texts.rows_at(at), letter_figures.of_all(at)
    texts: dict[str, list[dict[str, Any]]] = {}
    for code, language in sorted(pack().letters, key=lambda one: (one[0], _rank(one[1]))):
        if code in SUPPLIED:
            row = standing.get((code, language))
            texts.setdefault(code, []).append(
                {
                    "language": language,
                    "spoken": get_language_info(language)["name_translated"],
                    "subject": _written(letter_texts.template_of(row, code, language), at).subject,
                    "row": row,
                    "is_waiting": (code, language) in waits,
                    "first_time": figures.get((code, language), []),
                }
            )
    shown = [(name_of(code), code, ones) for code, ones in texts.items()]
    return render(request, "letter_texts.html", {"section": "rules", "letters": shown})


def _rank(language: str) -> tuple[bool, str]:
    """The reader's own language first."""
    return language != get_language(), language


@require_http_methods(["GET", "POST"])
def text(request: SignedInRequest, code: str, language: str) -> HttpResponse:
    """One letter in one language: as it reads in an invented matter, and the form of a steward."""
    asking.only_rule_readers(request.user)
    at = clock.now()
    template = _template(request, code, language, at)
    is_steward = request.user.role == Role.STEWARD
    if request.method == "POST" and not is_steward:
        raise PermissionDenied
    form = _form(request, template, at)
    preview: Any = template
    if request.method == "POST" and form.is_valid():
        preview = parse(form.source(), code, language)
        if request.POST.get("verb") == "ask" and form.check_asked():
            return _ask(request, form, at)
    must, may = names_of(code, language)
    context = {
        "section": "rules",
        "code": code,
        "name": name_of(code),
        "language": language,
        "spoken": get_language_info(language)["name_translated"],
        "form": form if is_steward else None,
        "must": must,
        "may": may,
        "preview": letters.to_read(_written(preview, at).html),
        "in_force": letter_texts.row_at(code, language, at),
        "kept": LetterText.objects.filter(code=code, language=language)[:KEPT_SHOWN],
        "query": request.GET.urlencode(),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "letter_text.html", context, status=status)


@require_http_methods(["GET", "POST"])
def as_pdf(request: SignedInRequest, code: str, language: str) -> HttpResponse:
    """The letter as it would be printed, in an invented matter; of what is in the form, unsaved."""
    made = letters.pdf(_shown(request, code, language))
    response = HttpResponse(made, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{code}-{language}.pdf"'
    return response


@csp_update({"style-src": [STYLE_HASH]})  # type: ignore[arg-type]  # takes any view
@require_http_methods(["GET", "POST"])
def as_mail(request: SignedInRequest, code: str, language: str) -> HttpResponse:
    """The e-mail as it would arrive, in an invented matter; of what is in the form, unsaved."""
    return HttpResponse(_shown(request, code, language).html)


@require_POST
def take_back(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ends a text at once: what stood before it stands again."""
    found = get_object_or_404(LetterText, pk=pk)
    asking.switch_off(request, found, _("The text is not used any longer."))
    return redirect("letter_text", code=found.code, language=found.language)


def _ask(request: SignedInRequest, form: LetterForm, at: datetime) -> HttpResponse:
    told = form.cleaned_data
    facts = {
        "code": form.code,
        "language": form.spoken,
        "source": form.source(),
        "because": told["because"],
        "valid_from": told["valid_from"],
    }
    with transaction.atomic():
        row = LetterText.objects.create(**facts, is_active=False)
        asked = changes.ask(
            row,
            {**facts, "is_active": True},
            told["reason"],
            actor=request.user,
            at=at,
            is_new=True,
        )
    asking.tell(request, asked)
    return redirect("letter_text", code=form.code, language=form.spoken)


def _shown(request: SignedInRequest, code: str, language: str) -> letters.Letter:
    asking.only_rule_readers(request.user)
    at = clock.now()
    template = _template(request, code, language, at)
    if request.method == "POST":
        form = _form(request, template, at)
        if not form.is_valid():
            said = [error for errors in form.errors.values() for error in errors]
            raise Invalid(" ".join(map(str, said)))
        template = parse(form.source(), code, language)
    return _written(template, at)


def _form(request: SignedInRequest, template: Template, at: datetime) -> LetterForm:
    today = pack().day(at)
    return LetterForm(
        request.POST if request.method == "POST" else None,
        initial={**parts_of(template), "valid_from": today},
        code=template.code,
        language=template.language,
        today=today,
    )


def _template(request: SignedInRequest, code: str, language: str, at: datetime) -> Template:
    """The text in force, or the kept one that `text` names."""
    if code not in SUPPLIED or (code, language) not in pack().letters:
        raise Http404
    wanted = request.GET.get("text", "")
    if not wanted:
        return letter_texts.template_at(code, language, at)
    same = LetterText.objects.filter(code=code, language=language)
    if not wanted.isascii() or not wanted.isdecimal() or len(wanted) > 18:
        raise Http404
    return parse(get_object_or_404(same, pk=wanted).source, code, language)


def _written(template: Template, at: datetime) -> letters.Letter:
    book = pack()
    given, lines = sample(book, template.code, template.language, at)
    return letters.render(book, template.code, template.language, given, lines, template=template)
