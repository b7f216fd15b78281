"""Reference data of the kernel: people and their machines' keys. No case, no event, no message."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from . import account_changes, audit, clock, tokens
from .errors import Conflict, Invalid
from .models import AccountChange, ApiToken, User
from .roles import MACHINES, NO_PERSONS, Role

MOST_NAMED = 3

admin.site.site_header = _("Reference data")
admin.site.site_title = _("Reference data")
admin.site.index_title = _("What the stewards keep")


class NeverDeleted:
    """What cases may speak of is switched off, never deleted; the page that would list them all
    does not exist."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordedAdmin(NeverDeleted, admin.ModelAdmin):
    """Each change is an event as well: who changed which fields of what, without their contents."""

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


def _without_contents(change: dict[str, Any]) -> dict[str, Any]:
    """A line of Django's change message less `object`: how a row calls itself may be an address."""
    return {
        what: {name: value for name, value in told.items() if name != "object"}
        for what, told in change.items()
    }


class UserForm(forms.ModelForm):
    """A person is given an account and sets the password by the link on the sign-in page."""

    without_second_factor = forms.BooleanField(
        label=_("Remove the second factor"),
        required=False,
        help_text=_("When the telephone is lost. Password and second factor are chosen anew."),
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        widget=AdminTextInputWidget,
        help_text=_("By which letter or decision. The second person reads it before approving."),
    )

    class Meta:
        model = User
        fields = ("email", "name", "role", "is_cleared", "area", "unit", "language", "is_active")

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role in NO_PERSONS:
            raise forms.ValidationError(_("This is no role for a person."))
        return role

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                account_changes.check(_kept(self.instance), self.wanted(), told["reason"])
            except (Conflict, Invalid) as problem:
                self.add_error("reason", problem.sentence)
        return told

    def wanted(self) -> dict[str, Any]:
        """What of this form takes two persons, when it is not so already."""
        names = (*account_changes.GUARDED, account_changes.WITHOUT_FACTOR)
        told = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return told if self.instance.pk else {**told, "is_active": True}


def _kept(person: User) -> User:
    """The account as it stands; a new one begins blocked, and as nobody in particular."""
    found = User.objects.filter(pk=person.pk).first()
    return found or User(role=Role.PUBLIC, is_active=False, email=person.email, name=person.name)


@admin.register(User)
class UserAdmin(RecordedAdmin):
    """What makes an account powerful is asked for here and approved on the page of the changes."""

    form = UserForm
    list_display = ("name", "email", "role", "unit", "is_cleared", "is_active")
    list_filter = ("role", "is_cleared", "is_active")
    search_fields = ("name", "email", "unit")
    ordering = ("name", "pk")

    def get_fields(self, request: HttpRequest, obj: User | None = None):
        only_later = ("is_active", account_changes.WITHOUT_FACTOR)
        names = (*UserForm.Meta.fields, account_changes.WITHOUT_FACTOR, "reason")
        return names if obj else tuple(name for name in names if name not in only_later)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """Nobody gives themselves a role or a clearance."""
        own = obj is not None and obj.pk == request.user.pk
        return ("role", "is_cleared", "is_active") if own else ()

    def construct_change_message(self, request: HttpRequest, form: Any, formsets, add=False):
        """Only what is so by now: the rest is told when it is approved."""
        only_asked = {*account_changes.GUARDED, account_changes.WITHOUT_FACTOR, "reason"}
        form.changed_data = [name for name in form.changed_data if name not in only_asked]
        return super().construct_change_message(request, form, formsets, add)

    @transaction.atomic
    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Saves the language, and the name of a new account; all else waits for a second person."""
        wanted, kept = form.wanted(), _kept(obj)
        if not change:
            obj.set_unusable_password()
        for name in account_changes.GUARDED:
            setattr(obj, name, getattr(kept, name))
        super().save_model(request, obj, form, change)
        reason, actor = form.cleaned_data["reason"], cast(User, request.user)
        asked = account_changes.ask(obj, wanted, reason, actor=actor, at=clock.now())
        if asked:
            names = ", ".join(one.name for one in account_changes.approvers(asked)[:MOST_NAMED])
            said = _("This takes effect when a second person approves it, for example: %(names)s.")
            messages.warning(request, said % {"names": names or "–"})


@admin.register(AccountChange)
class AccountChangeAdmin(RecordedAdmin):
    """Leads to the page on which everybody who may decide does so, stewards or not."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_changes")


@admin.register(ApiToken)
class ApiTokenAdmin(RecordedAdmin):
    list_display = ("label", "user", "scopes", "created_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("label", "user__name", "user__email")
    autocomplete_fields = ("user",)
    fields = ("user", "label", "scopes", "created_at", "expires_at", "revoked_at")
    readonly_fields = ("created_at",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        """Keys are for machines: one for a member of the staff would pass by the second factor."""
        if db_field.name == "user":
            kwargs["queryset"] = User.objects.filter(role__in=MACHINES, is_cleared=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: ApiToken | None = None):
        """A key keeps its owner and its scopes; it can only end, and what has ended stays so."""
        if obj is None:
            return ("created_at", "revoked_at")
        kept = ("created_at", "user", "scopes", "expires_at")
        return (*kept, "revoked_at") if obj.revoked_at else kept

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        if db_field.name == "scopes":
            scopes = [(scope, scope) for scope in tokens.SCOPES]
            return forms.MultipleChoiceField(
                choices=scopes, label=db_field.verbose_name, widget=forms.CheckboxSelectMultiple
            )
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """A new key is shown once, here; only its keyed hash is stored."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, key = tokens.issue(
            obj.user, obj.label, obj.scopes, at=clock.now(), expires_at=obj.expires_at
        )
        obj.pk, obj.key_hash, obj.created_at = made.pk, made.key_hash, made.created_at
        messages.warning(request, _("The key, shown this once: %(key)s") % {"key": key})
