"""Officers add evidence to a report that is in: the law wants it, and not everybody may send it."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Event
from reports import mending
from reports.models import Evidence, Report
from tests import world
from tests.reports.test_evidence import picture, prepare

pytestmark = pytest.mark.django_db


def shot(name="layar.png", content=None):
    return SimpleUploadedFile(name, content or picture())


def attached(client, report_id, **files):
    return client.post(reverse("reports:attach", args=[report_id]), files)


@pytest.mark.law("PM5-15-2")
def test_an_account_that_waits_for_a_picture_goes_on_once_an_officer_attaches_it(client):
    told = world.report(category="gambling")
    assert Report.objects.get().items.get().state == "needs_info"
    world.sign_in(client, world.ayu())
    assert attached(client, told.report_id, screenshot=shot()).status_code == 302
    assert Report.objects.get().items.get().state == "received"
    assert Event.objects.filter(kind="item.completed", actor_id=world.ayu().pk).count() == 1
    assert not Evidence.objects.get().is_quarantined


def test_what_an_officer_attaches_to_a_sexual_matter_is_locked_away_unseen(client):
    case = world.case()
    world.sign_in(client, world.ayu())
    page = client.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert f'href="{reverse("reports:report", args=[case.report_id])}#attach"' in page
    attached(client, case.report_id, screenshot=shot())
    kept = Evidence.objects.get()
    assert (kept.is_quarantined, kept.report_id) == (True, case.report_id)
    page = client.get(reverse("reports:report", args=[case.report_id])).content.decode()
    assert reverse("reports:evidence", args=[kept.pk]) not in page


@pytest.mark.parametrize("files", [{}, {"screenshot": b"<script>"}])
def test_what_is_no_picture_is_refused_on_the_page_of_the_report(client, files):
    told = world.report()
    world.sign_in(client, world.ayu())
    response = attached(
        client, told.report_id, **{name: shot(content=text) for name, text in files.items()}
    )
    assert response.status_code == 422
    assert 'class="error-summary"' in response.content.decode()
    assert not Evidence.objects.exists()


def test_only_staff_attach_and_only_to_what_they_may_see(client):
    told, sealed = world.report(), world.report("MiChat: kuncup_1", category=world.CHILD)
    file = prepare(picture(), source="regulator")
    for actor in (world.lurah(), world.polisi(), world.auditor()):
        with pytest.raises(Refused):
            mending.attach(told.report_id, [file], actor=actor, at=world.AT)
        page = world.sign_in(client, actor).get(reverse("reports:report", args=[told.report_id]))
        assert b'id="attach"' not in page.content
    with pytest.raises(Invalid):
        mending.attach(sealed.report_id, [file], actor=world.ayu(), at=world.AT)
    assert attached(world.sign_in(client, world.ayu()), sealed.report_id).status_code == 404
