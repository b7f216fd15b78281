"""Reference data of the kernel: people and their machines' keys. No case, no event, no message."""

from typing import Any, cast

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from . import audit, clock, tokens
from .models import ApiToken, User
from .roles import MACHINES, Role

admin.site.site_header = _("Reference data")
admin.site.site_title = _("Reference data")
admin.site.index_title = _("What the stewards keep")


class RecordedAdmin(admin.ModelAdmin):
    """Each change is an event as well: who changed which fields of what, without their contents."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any):
        self._record("reference.added", request, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any):
        self._record("reference.changed", request, obj, message)
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset):
        for obj in queryset:
            self._record("reference.deleted", request, obj, [])
        return super().log_deletions(request, queryset)

    def _record(self, kind: str, request: HttpRequest, obj: Any, message: Any) -> None:
        changes = message if isinstance(message, list) else []
        audit.record(
            kind,
            f"{obj._meta.model_name}:{obj.pk}",
            actor=cast(User, request.user),
            at=clock.now(),
            data={"changes": changes},
        )


class NeverDeleted:
    """What cases may speak of is switched off, never deleted; the page that would list them all
    does not exist."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class UserForm(forms.ModelForm):
    """A person is given an account and sets the password by the link on the sign-in page."""

    class Meta:
        model = User
        fields = ("email", "name", "role", "is_cleared", "area", "unit", "language", "is_active")

    def clean_role(self) -> str:
        role: str = self.cleaned_data["role"]
        if role == Role.SYSTEM:
            raise forms.ValidationError(_("This is no role for a person."))
        return role


@admin.register(User)
class UserAdmin(NeverDeleted, RecordedAdmin):
    form = UserForm
    list_display = ("name", "email", "role", "unit", "is_cleared", "is_active")
    list_filter = ("role", "is_cleared", "is_active")
    search_fields = ("name", "email", "unit")
    ordering = ("name", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None):
        """Nobody gives themselves a role or a clearance."""
        own = obj is not None and obj.pk == request.user.pk
        return ("role", "is_cleared", "is_active") if own else ()

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if "email" in form.changed_data:  # the old address must open nothing any more
            EmailAddress.objects.filter(user=obj).exclude(email=obj.email).delete()


@admin.register(ApiToken)
class ApiTokenAdmin(NeverDeleted, RecordedAdmin):
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
        """A key keeps its owner and its scopes; it can only end."""
        return ("created_at", "user", "scopes") if obj else ("created_at", "revoked_at")

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        """A new key is shown once, here; only its keyed hash is stored."""
        if change:
            super().save_model(request, obj, form, change)
            return
        key = tokens.issue(
            obj.user, obj.label, obj.scopes, at=clock.now(), expires_at=obj.expires_at
        )
        made = ApiToken.objects.latest("pk")
        obj.pk, obj.key_hash, obj.created_at = made.pk, made.key_hash, made.created_at
        messages.warning(request, _("The key, shown this once: %(key)s") % {"key": key})
