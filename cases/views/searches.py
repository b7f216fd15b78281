"""Saved searches: save the view in front of you, change or remove one."""

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import STAFF

from .. import searches
from ..models import SavedSearch
from .problems import show_problem


class SearchForm(forms.Form):
    """The name of a search, who finds it, and when its owner hears of it."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    cadence = forms.ChoiceField(
        label=gettext_lazy("Tell me of new cases in it"),
        choices=SavedSearch.Cadence.choices,
        initial=SavedSearch.Cadence.NONE,
        help_text=gettext_lazy("As a line on your page of news, never by e-mail."),
    )
    threshold = forms.IntegerField(
        label=gettext_lazy("Only when at least this many are new"),
        min_value=1,
        max_value=1_000,
        initial=1,
    )
    is_shared = forms.BooleanField(
        label=gettext_lazy("Share it: everybody at the queue finds it, and reads its name"),
        required=False,
    )

    def __init__(self, *args, user: User, **kwargs):
        super().__init__(*args, **kwargs)
        if not searches.may_share(user):
            del self.fields["is_shared"]


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """One's own searches."""
    _only_those_who_keep_some(request)
    own = SavedSearch.objects.filter(owner=request.user).defer("known")
    context = {"now": clock.now(), "section": "queue", "rows": own}
    return render(request, "cases/searches.html", context)


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """Saves a view of the queue with its filters. What a short form leaves out has its default."""
    _only_those_who_keep_some(request)
    at = clock.now()
    query = searches.normalised(QueryDict(request.POST.get("query") or request.GET.urlencode()))
    data = None
    if request.method == "POST":
        data = request.POST.copy()
        data.setdefault("cadence", SavedSearch.Cadence.NONE)
        data.setdefault("threshold", "1")
    form = SearchForm(data, user=request.user)
    if form.is_valid():
        try:
            saved = searches.save(QueryDict(query), owner=request.user, at=at, **form.cleaned_data)
        except Invalid as error:
            show_problem(form, error)
        else:
            messages.success(request, _("Saved as “%(name)s”.") % {"name": saved.name})
            return redirect(f"{reverse('cases:queue')}?{saved.query}")
    return _page(request, form, query=query)


@require_http_methods(["GET", "POST"])
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Renames a search, sets its alert, shares or removes it."""
    _only_those_who_keep_some(request)
    at = clock.now()
    search = get_object_or_404(SavedSearch, pk=pk, owner=request.user)
    if request.method == "POST" and "remove" in request.POST:
        searches.remove(search, actor=request.user, at=at)
        messages.success(request, _("“%(name)s” is removed.") % {"name": search.name})
        return redirect("cases:searches")
    facts = {name: getattr(search, name) for name in SearchForm.base_fields}
    data = request.POST if request.method == "POST" else None
    form = SearchForm(data, user=request.user, initial=facts)
    if form.is_valid():
        try:
            searches.change(search, actor=request.user, at=at, **form.cleaned_data)
        except Invalid as error:
            show_problem(form, error)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": search.name})
            return redirect("cases:searches")
    return _page(request, form, query=search.query, search=search)


def _page(
    request: SignedInRequest,
    form: SearchForm,
    *,
    query: str,
    search: SavedSearch | None = None,
) -> HttpResponse:
    context = {
        "now": clock.now(),
        "section": "queue",
        "form": form,
        "query": query,
        "search": search,
        "view": searches.matching(query, request.user, at=clock.now())[0],
    }
    return render(request, "cases/saved_search.html", context, status=422 if form.errors else 200)


def _only_those_who_keep_some(request: SignedInRequest) -> None:
    if request.user.role not in STAFF:
        raise Http404
