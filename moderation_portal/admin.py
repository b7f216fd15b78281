"""Reference data of the kernel: people and their machines' keys. No case, no event, no message."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget, AutocompleteSelect
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from . import audit, changes, clock, tokens
from .account_changes import WITHOUT_FACTOR
from .asking import TwoPersonsForm, reason_field, tell
from .guarded import of as guards_of
from .models import ApiToken, Change, ConfirmedFigures, User
from .policy import pack
from .roles import KEY_HOLDERS, NO_PERSONS

admin.site.site_header = _("Reference data")
admin.site.site_title = _("Reference data")
admin.site.index_title = _("What the stewards keep")
admin.site.enable_nav_sidebar = False


class NeverDeleted:
    """What cases may speak of is switched off, never deleted; the page that would list them all
    does not exist."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FoundSelect(AutocompleteSelect):
    """A row that is found by its name. What is no id is shown as none, for the form says so."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        ids = [one for one in value if str(one).isdecimal() and len(str(one)) < 19]
        return super().optgroups(name, ids, attrs)


class RecordedAdmin(NeverDeleted, admin.ModelAdmin):
    """Each change is an event as well: who changed which fields of what, without their contents."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", FoundSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any):
        self._record("reference.added", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any):
        self._record("reference.changed", request, obj, message)
        return super().log_change(request, obj, message)

    def _record(self, kind: str, request: HttpRequest, obj: Any, message: Any) -> None:
        changes = message if isinstance(message, list) else []
        audit.record(
            kind,
            f"{obj._meta.model_name}:{obj.pk}",
            actor=cast(User, request.user),
            at=clock.now(),
            data={"changes": [_without_contents(change) for change in changes]},
        )


class ReadOnlyInline(NeverDeleted, admin.TabularInline):
    """Rows that change on a page of their own, to which this leads."""

    extra = 0
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def in_written_language(db_field: Any, field: Any) -> Any:
    """The field of a form; a choice of the languages of the pack's letters, if it is for that."""
    if db_field.name != "language" or field is None:
        return field
    spoken = [(code, get_language_info(code)["name_local"]) for code in pack().languages]
    return forms.ChoiceField(choices=spoken, label=field.label, initial=field.initial)


def _without_contents(change: dict[str, Any]) -> dict[str, Any]:
    """A line of Django's change message less `object`: how a row calls itself may be an address."""
    return {
        what: {name: value for name, value in told.items() if name != "object"}
        for what, told in change.items()
    }


class AdminTwoPersonsForm(TwoPersonsForm):
    """The same as the admin draws its fields."""

    reason = reason_field(AdminTextInputWidget)


class TwoPersonsAdmin(RecordedAdmin):
    """Harmless fields are saved at once; all else waits for a second person, and a new row is
    switched off until then."""

    form = AdminTwoPersonsForm

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        waiting = Change.objects.filter(
            kind=guards_of(self.model()).kind, row=OuterRef("pk"), state=Change.State.WAITING
        )
        return super().get_queryset(request).annotate(is_awaiting=Exists(waiting))

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        return (*super().get_list_display(request), "awaited")

    @admin.display(description=_("Waits for"))
    def awaited(self, row: Any) -> str:
        """What the list says of a row that somebody asked to change."""
        return str(_("a second person")) if row.is_awaiting else ""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None):
        """Nothing is said to be added that a second person has yet to approve."""
        said = list(messages.get_messages(request))
        response = super().response_add(request, obj, post_url_continue)
        if said:
            list(messages.get_messages(request))
        for one in said:
            messages.add_message(request, one.level, one.message)
        return response

    def construct_change_message(self, request: HttpRequest, form: Any, formsets, add=False):
        """Only what is so by now: the rest is told when it is approved."""
        only_asked = {*guards_of(form.instance).fields, *form.extra(), "reason"}
        form.changed_data = [name for name in form.changed_data if name not in only_asked]
        return super().construct_change_message(request, form, formsets, add)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        wanted, guarded = form.wanted(), guards_of(obj)
        if change:  # locked: what is approved at this moment is not overwritten
            kept = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
            for field in obj._meta.concrete_fields:
                if field.name in guarded.fields or field.name not in form.cleaned_data:
                    setattr(obj, field.attname, getattr(kept, field.attname))
        else:
            guarded.begin(obj)
        self.save_row(request, obj, form, change)
        reason, actor = form.cleaned_data["reason"], cast(User, request.user)
        asked = changes.ask(obj, wanted, reason, actor=actor, at=clock.now(), is_new=not change)
        if asked:
            tell(request, asked)

    def save_row(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Saves what needs nobody else."""
        super().save_model(request, obj, form, change)


class UserForm(AdminTwoPersonsForm):
    """A person is given an account and sets the password by the link on the sign-in page."""

    without_second_factor = forms.BooleanField(
        label=_("Remove the second factor"),
        required=False,
        help_text=_("When the telephone is lost. Password and second factor are chosen anew."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "is_cleared", "area", "unit", "language", "is_active")

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role in NO_PERSONS:
            raise forms.ValidationError(_("This is no role for a person."))
        return role

    def extra(self) -> tuple[str, ...]:
        return (WITHOUT_FACTOR,)


@admin.register(User)
class UserAdmin(TwoPersonsAdmin):
    """What makes an account powerful is asked for here and approved on the page of the changes."""

    form = UserForm
    list_display = ("name", "email", "role", "unit", "is_cleared", "is_active")
    list_filter = ("role", "is_cleared", "is_active")
    search_fields = ("name", "email", "unit")
    ordering = ("name", "pk")

    def get_fields(self, request: HttpRequest, obj: User | None = None):
        only_later = ("is_active", WITHOUT_FACTOR)
        names = (*UserForm.Meta.fields, WITHOUT_FACTOR, "reason")
        return names if obj else tuple(name for name in names if name not in only_later)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """Nobody gives themselves a role or a clearance."""
        own = obj is not None and obj.pk == request.user.pk
        return ("role", "is_cleared", "is_active") if own else ()


@admin.register(Change)
class ChangeAdmin(RecordedAdmin):
    """Leads to the page on which everybody who may decide does so, stewards or not."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("changes")


class FiguresForm(AdminTwoPersonsForm):
    """Which table of the policy pack is vouched for, and by which decree."""

    code = forms.ChoiceField(label=_("Table of fines"))

    class Meta:
        model = ConfirmedFigures
        fields = ("code", "because", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            codes = sorted({one.code for one in pack().sections["fines"]})
            cast(forms.ChoiceField, self.fields["code"]).choices = [(one, one) for one in codes]


@admin.register(ConfirmedFigures)
class FiguresAdmin(TwoPersonsAdmin):
    """What the policy pack assumes and somebody vouches for; other figures are confirmed anew."""

    form = FiguresForm
    list_display = ("code", "because", "is_active")

    def get_fields(self, request: HttpRequest, obj: ConfirmedFigures | None = None):
        return ("code", "because", "is_active", "reason") if obj else ("code", "because", "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: ConfirmedFigures | None = None):
        """A confirmation can only end."""
        return ("code", "because") if obj else ()


class ApiTokenForm(AdminTwoPersonsForm):
    """A key opens what fits its owner, and nothing else."""

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        user, wanted = said.get("user"), said.get("scopes")
        if user and wanted:
            fitting = tokens.scopes_for(user.role)
            if not set(wanted) <= set(fitting):
                known = ", ".join(fitting)
                told = _("For this account a key opens only: %(scopes)s.") % {"scopes": known}
                self.add_error("scopes", told)
        return said


@admin.register(ApiToken)
class ApiTokenAdmin(TwoPersonsAdmin):
    form = ApiTokenForm
    list_display = ("label", "user", "scopes", "is_active", "expires_at", "revoked_at")
    list_filter = ("is_active", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("label", "user__name", "user__email")
    autocomplete_fields = ("user",)

    def get_fields(self, request: HttpRequest, obj: ApiToken | None = None):
        asked = ("user", "label", "scopes", "expires_at")
        return (*asked, "created_at", "is_active", "revoked_at") if obj else (*asked, "reason")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        """Keys are for programs: one for a member of the staff would pass by the second factor."""
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(role__in=KEY_HOLDERS, is_cleared=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None):
        """A key keeps its owner and its scopes; it can only end, and what has ended stays so."""
        if obj is None:
            return ()
        kept = ("created_at", "user", "scopes", "expires_at", "is_active")
        return (*kept, "revoked_at") if obj.revoked_at else kept

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == "scopes":
            scopes = [(scope, scope) for scope in tokens.SCOPES]
            return forms.MultipleChoiceField(
                choices=scopes, label=db_field.verbose_name, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_row(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """A new key is shown once, here; only its keyed hash is stored, and it opens nothing until
        it is approved."""
        if change:
            super().save_row(request, obj, form, change)
            return
        made, key = tokens.issue(
            obj.user,
            obj.label,
            obj.scopes,
            at=clock.now(),
            expires_at=obj.expires_at,
            is_active=False,
        )
        obj.pk, obj.key_hash, obj.created_at = made.pk, made.key_hash, made.created_at
        messages.warning(request, _("The key, shown this once: %(key)s") % {"key": key})
