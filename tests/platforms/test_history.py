import pytest
from django.apps import apps

from platforms.models import Platform
from tests import world

pytestmark = pytest.mark.django_db


def versions(model: str):
    return apps.get_model("platforms", f"{model}Event").objects


def test_an_edit_past_the_models_own_save_leaves_a_version():
    platform = world.michat()
    Platform.objects.filter(pk=platform.pk).update(language="id")
    kept = versions("Platform").filter(pgh_obj_id=platform.pk).order_by("pgh_id")
    assert list(kept.values_list("language", flat=True)[:2]) == ["en", "id"]


def test_a_deleted_contact_leaves_a_version_without_its_name_or_address():
    contact = world.michat().contacts.first()
    contact.delete()
    last = versions("Contact").order_by("pgh_id").last()
    assert last.pgh_label == "delete"
    assert not hasattr(last, "address")
    assert not hasattr(last, "name")
