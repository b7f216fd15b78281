import pytest
from django.apps import apps

from platforms.models import Platform, RegistrationQuestion, Statement
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


def test_a_statement_that_was_changed_can_be_read_as_it_was():
    said = Statement.objects.create(
        platform=world.michat(),
        kind="warning",
        said_by="Menteri",
        said_on=world.AT.date(),
        text="A",
    )
    Statement.objects.filter(pk=said.pk).update(text="B")
    kept = versions("Statement").filter(pgh_obj_id=said.pk).order_by("pgh_id")
    assert list(kept.values_list("text", flat=True)) == ["A", "B"]


def test_an_answer_about_the_register_that_was_changed_can_be_read_as_it_was():
    asked = RegistrationQuestion.objects.create(
        kind="no_website", key="no-website:1", opened_at=world.AT, answer="A"
    )
    RegistrationQuestion.objects.filter(pk=asked.pk).update(answer="B")
    kept = versions("RegistrationQuestion").filter(pgh_obj_id=asked.pk).order_by("pgh_id")
    assert list(kept.values_list("answer", flat=True)) == ["A", "B"]
