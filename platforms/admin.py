"""Reference data of this room: who hosts it, what was promised, how to reach them."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from moderation_portal import clock
from moderation_portal.admin import (
    NeverDeleted,
    ReadOnlyInline,
    RecordedAdmin,
    TwoPersonsAdmin,
    in_written_language,
)
from moderation_portal.errors import Invalid, PortalError
from moderation_portal.models import User

from . import calendars, signing_keys
from .models import (
    Clause,
    Commitment,
    Contact,
    Feature,
    Platform,
    PlatformHost,
    Registration,
    RegistrationQuestion,
    Representative,
    ResponderRequest,
    Statement,
)

NAMED = 3


class HostInline(admin.TabularInline):
    """A host can be taken from a platform: it may have been another's all along. Triggers keep
    what was."""

    model = PlatformHost
    extra = 0


class ContactInline(ReadOnlyInline):
    model = Contact
    fields = ("name", "rung", "channel", "address", "language", "is_cleared", "is_active")


@admin.register(Feature)
class FeatureAdmin(RecordedAdmin):
    """What an order may aim at instead of accounts; one that is not in use is kept."""

    list_display = ("platform", "code", "name_id", "name_en", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("platform",)
    search_fields = ("platform__name", "code", "name_id", "name_en")
    autocomplete_fields = ("platform",)

    def get_readonly_fields(self, request: HttpRequest, obj: Feature | None = None):
        """Whose it is and its short name stand in cases."""
        return ("platform", "code") if obj else ()


@admin.register(Platform)
class PlatformAdmin(TwoPersonsAdmin):
    list_display = ("name", "slug", "kind", "language", "time_zone", "is_cloud", "registration")
    list_filter = ("kind", "is_cloud", "is_user_generated", "language")
    list_select_related = ("registration",)
    search_fields = ("name", "slug", "former_names", "hosts__host")
    autocomplete_fields = ("registration",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (HostInline, ContactInline)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return in_written_language(db_field, field)


@admin.register(Contact)
class ContactAdmin(TwoPersonsAdmin):
    list_display = (
        "name", "platform", "rung", "channel", "address", "is_cleared", "is_active", "liveness",
    )  # fmt: skip
    list_filter = ("channel", "liveness", "is_cleared", "is_active")
    list_select_related = ("platform",)
    search_fields = ("name", "address", "platform__name")
    autocomplete_fields = ("platform",)
    actions = ("make_secret",)

    @admin.action(description=_("Make a secret for a webhook"))
    def make_secret(self, request: HttpRequest, chosen: QuerySet[Contact]) -> None:
        """A new secret, shown once, here; the former one signs for a while beside it."""
        found = list(chosen[:2])
        try:
            if len(found) != 1:
                raise Invalid(_("Choose one webhook."))
            secret = signing_keys.make(found[0], actor=cast(User, request.user), at=clock.now())
        except PortalError as problem:
            messages.error(request, problem.sentence)
            return
        said = _("The secret, shown this once: %(secret)s") % {"secret": secret}
        messages.warning(request, said)

    def get_fields(self, request: HttpRequest, obj: Contact | None = None):
        asked = ("platform", "name", "rung", "channel", "address", "language", "attaches_data")
        later = ("is_active", "liveness") if obj else ()
        return (*asked, "is_cleared", *later, "reason")

    def get_readonly_fields(self, request: HttpRequest, obj: Contact | None = None):
        return ("liveness",) if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        return in_written_language(db_field, field)


@admin.register(Representative)
class RepresentativeAdmin(TwoPersonsAdmin):
    list_display = ("user", "platform", "kind", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("user", "platform")
    search_fields = ("user__name", "user__email", "platform__name")
    autocomplete_fields = ("user", "platform")

    def get_fields(self, request: HttpRequest, obj: Representative | None = None):
        asked = ("user", "platform", "kind")
        return (*asked, "is_active", "reason") if obj else (*asked, "reason")


@admin.register(ResponderRequest)
class ResponderRequestAdmin(RecordedAdmin):
    """What platforms ask for. The steward asks for account and representative by the usual way of
    two persons, then answers here, which settles the request."""

    list_display = ("asked_at", "platform", "name", "asked_by", "settled_at")
    list_filter = (("settled_at", admin.EmptyFieldListFilter),)
    list_select_related = ("platform", "asked_by")
    fields = ("platform", "name", "email", "reason", "asked_by", "asked_at", "answer", "settled_at")
    readonly_fields = tuple(name for name in fields if name != "answer")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(
        self, request: HttpRequest, obj: ResponderRequest, form: Any, change: bool
    ) -> None:
        """An answer settles the request; taking it away opens it again."""
        is_answered = bool(obj.answer.strip())
        obj.settled_at = clock.now() if is_answered else None
        obj.settled_by_id = request.user.pk if is_answered else None
        super().save_model(request, obj, form, change)


class ClauseInline(NeverDeleted, admin.StackedInline):
    model = Clause
    extra = 0

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any):
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "calendar" and field is not None:
            choices = calendars.names().items()
            return forms.ChoiceField(choices=choices, label=field.label, help_text=field.help_text)
        return field


@admin.register(Commitment)
class CommitmentAdmin(RecordedAdmin):
    list_display = ("platform", "made_on", "made_by", "made_to", "review_on", "is_measurable")
    list_filter = (("withdrawn_on", admin.EmptyFieldListFilter),)
    list_select_related = ("platform",)
    search_fields = ("platform__name", "made_by", "made_to", "text", "source")
    autocomplete_fields = ("platform",)
    date_hierarchy = "made_on"
    inlines = (ClauseInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Commitment]:
        return super().get_queryset(request).prefetch_related("clauses")

    @admin.display(boolean=True, description=_("measurable"))
    def is_measurable(self, commitment: Commitment) -> bool:
        return commitment.is_measurable


@admin.register(Statement)
class StatementAdmin(RecordedAdmin):
    list_display = ("said_on", "platform", "kind", "said_by", "__str__")
    list_filter = ("kind",)
    list_select_related = ("platform",)
    search_fields = ("platform__name", "said_by", "text")
    autocomplete_fields = ("platform",)
    date_hierarchy = "said_on"


@admin.register(Registration)
class RegistrationAdmin(RecordedAdmin):
    """A claim of the public register: everything is read-only but whose platform it is."""

    list_display = ("system_name", "company", "host", "status", "registered_on", "platform")
    list_filter = ("status", "domicile", ("host", admin.EmptyFieldListFilter))
    list_select_related = ("platform",)
    search_fields = ("system_name", "company", "host", "registration_no", "system_id")
    autocomplete_fields = ("platform",)
    show_full_result_count = False

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [column.name for column in Registration._meta.fields if column.name != "platform"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(RegistrationQuestion)
class RegistrationQuestionAdmin(RecordedAdmin):
    """What the register leaves open: the steward answers it, and nothing is guessed."""

    list_display = ("kind", "host", "companies", "opened_at", "settled_at")
    list_filter = ("kind", ("settled_at", admin.EmptyFieldListFilter))
    search_fields = ("host", "registrations__company", "registrations__system_name")
    fields = ("kind", "host", "claims", "answer", "opened_at", "settled_at", "settled_by")
    readonly_fields = ("kind", "host", "claims", "opened_at", "settled_at", "settled_by")
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[RegistrationQuestion]:
        found = super().get_queryset(request).select_related("settled_by")
        return found.prefetch_related("registrations")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    @admin.display(description=_("companies"))
    def companies(self, question: RegistrationQuestion) -> str:
        names = sorted({row.company for row in question.registrations.all()})
        more = "…" if len(names) > NAMED else ""
        return "; ".join(names[:NAMED]) + more

    @admin.display(description=_("claims"))
    def claims(self, question: RegistrationQuestion) -> str:
        rows = question.registrations.all()
        return "\n".join(f"{row.registration_no}: {row.company}, {row.website_raw}" for row in rows)

    def save_model(
        self, request: HttpRequest, obj: RegistrationQuestion, form: Any, change: bool
    ) -> None:
        """An answer settles the question; taking it away opens it again."""
        is_answered = bool(obj.answer.strip())
        obj.settled_at = clock.now() if is_answered else None
        obj.settled_by_id = request.user.pk if is_answered else None
        super().save_model(request, obj, form, change)
