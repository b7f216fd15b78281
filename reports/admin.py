"""Reference data of this room: who may file formal requests, petitions, and the panels that give
advice. Never reports."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from moderation_portal.admin import ReadOnlyInline, RecordedAdmin, TwoPersonsAdmin

from .models import Agency, ContactPoint, Panel, PanelMember, Petition


class ContactPointInline(ReadOnlyInline):
    model = ContactPoint
    fields = ["name", "email", "user", "registered_on", "ended_on", "is_active"]


@admin.register(Agency)
class AgencyAdmin(TwoPersonsAdmin):
    list_display = ["name", "kind", "area"]
    list_filter = ["kind"]
    search_fields = ["name", "area"]
    inlines = [ContactPointInline]


@admin.register(ContactPoint)
class ContactPointAdmin(TwoPersonsAdmin):
    list_display = ["name", "agency", "email", "registered_on", "ended_on", "is_active"]
    list_filter = ["agency__kind", ("ended_on", admin.EmptyFieldListFilter)]
    list_select_related = ["agency"]
    search_fields = ["name", "email", "agency__name"]
    autocomplete_fields = ["agency", "user"]
    date_hierarchy = "registered_on"

    def get_fields(self, request: HttpRequest, obj: ContactPoint | None = None):
        asked = ["agency", "name", "email", "user", "registered_on", "ended_on"]
        return [*asked, "is_active", "reason"] if obj else [*asked, "reason"]


@admin.register(Panel)
class PanelAdmin(RecordedAdmin):
    """A panel only advises: what it is called and who sits on it takes one steward."""

    list_display = ["name", "field", "legal_basis", "is_active"]
    search_fields = ["name", "field"]


@admin.register(PanelMember)
class PanelMemberAdmin(RecordedAdmin):
    list_display = ["name", "panel", "expertise", "is_active"]
    list_filter = ["panel"]
    list_select_related = ["panel"]
    search_fields = ["name", "expertise"]
    autocomplete_fields = ["panel"]


@admin.register(Petition)
class PetitionAdmin(RecordedAdmin):
    """To be read only: petitions are registered and answered on their own pages."""

    list_display = ["organisation", "platform", "received_on", "remedy", "is_answered"]
    list_filter = ["remedy", ("replied_at", admin.EmptyFieldListFilter)]
    list_select_related = ["platform"]
    search_fields = ["organisation", "demand"]
    date_hierarchy = "received_on"
    exclude = ["markdown"]  # the letter names who signed the petition

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Petition | None = None) -> bool:
        return False

    @admin.display(boolean=True, description=_("answered"))
    def is_answered(self, petition: Petition) -> bool:
        return petition.replied_at is not None
