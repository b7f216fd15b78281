"""Every page of the desk, the platform and the link, in both themes, languages and on a phone."""

import pytest

from cases import ladder, links
from cases.models import Case, Notice, Target
from platforms.models import Contact
from tests import world
from tests.world import HOUR

pytestmark = pytest.mark.browser


@pytest.fixture
def story(site):
    """A new case, one that waits for approval, one that was disputed, and a drafted warning."""
    world.case("michat: melati_contoh")
    world.upheld_case("michat: mawar_contoh")
    served = world.served_notice("michat: kenanga_contoh", "michat: anggrek_contoh")
    for hour in range(24, 28):
        ladder.climb(served.served_at + hour * HOUR)
    site.at += 29 * HOUR
    world.answer(served, "refused", reason="It is a news page.", at=site.at)
    other = world.served_notice("michat: dahlia_contoh", at=site.at)
    for hour in range(24, 28):
        ladder.climb(other.served_at + hour * HOUR)
    site.at += 30 * HOUR
    return served


def addresses(served: Notice) -> dict[str, list[str]]:
    """Who looks at which pages."""
    disputed = Target.objects.filter(state="refused").first()
    new, waiting = (Case.objects.get(state=state) for state in ("new", "awaiting_approval"))
    draft = Notice.objects.get(state="drafted")
    undisputed = Notice.objects.filter(state="served", items__target__state="standing").first()
    here = f"/cases/{disputed.case_id}/"
    return {
        "ayu": [
            "/cases/", "/cases/?view=mine&urgency=urgent", "/cases/?view=closed",
            f"/cases/{new.pk}/?view=open", here,
            f"/cases/{new.pk}/do/claim/", f"/cases/{new.pk}/do/merge/", f"{here}do/refer/",
            f"{here}observe/?target={disputed.pk}", f"{here}record/", "/cases/notices/",
            f"/cases/notices/{served.pk}/",
        ],
        "sri": [
            f"/cases/{waiting.pk}/", f"/cases/{waiting.pk}/do/approve/",
            f"/cases/{waiting.pk}/do/send_back/", f"/cases/{new.pk}/do/assign/", f"{here}weigh/",
            f"{here}do/withdraw/", f"/cases/notices/{draft.pk}/",
            f"/cases/notices/{draft.pk}/sign/",
            f"/cases/notices/{served.pk}/due/", f"/cases/notices/{undisputed.pk}/correct/",
        ],
        "steward": ["/changes/", "/policy/categories/", "/admin/", "/admin/platforms/contact/"],
        "rina": ["/cases/platform/", f"/cases/platform/{served.pk}/"],
    }  # fmt: skip


LOOKS = [
    pytest.param(1440, "id", False, id="desk"),
    pytest.param(768, "en", False, id="tablet in English"),
    pytest.param(390, "id", True, id="phone in the dark"),
]


@pytest.mark.parametrize(("width", "language", "is_dark"), LOOKS)
def test_every_page_is_fit_for_everybody(visit, story, width, language, is_dark):
    for who, paths in addresses(story).items():
        reader = visit(getattr(world, who)(), width=width, language=language, is_dark=is_dark)
        for path in paths:
            reader.open(path)


@pytest.mark.parametrize(("width", "language", "is_dark"), LOOKS)
def test_the_public_pages_are_fit_for_everybody(visit, story, width, language, is_dark):
    contact = Contact.objects.get(address="abuse@michat.example")
    token = links.address(story, contact).strip("/").split("/", 1)[1]
    reader = visit(width=width, language=language, is_dark=is_dark)
    for path in (f"/{language}/a/objection/", f"/{language}/{token}/"):
        reader.open(path)
    reader.page.goto(f"{reader.url}/{language}/a/forged/")
    reader.look()
