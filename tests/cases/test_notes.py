"""Notes beside a case, and whom they tell."""

import pytest
from django.urls import reverse

from cases import notes
from cases.models import CaseNote
from moderation_portal.errors import Invalid
from moderation_portal.models import News
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db


def write(case, text: str, *, by=None, tell=()):
    return notes.note([case.pk], text=text, actor=by or world.ayu(), at=AT, tell=tell)


def told() -> dict[str, str]:
    return {news.person.name: news.address for news in News.objects.select_related("person")}


def test_whoever_is_named_is_told_where_the_note_stands():
    case = world.case()
    world.bima()
    write(world.case("michat: melati_2"), "Lain.").insist()
    write(case, "@Bima Saputra tolong periksa surat ini").insist()
    row = CaseNote.objects.get(case=case)
    address = f"{reverse('cases:case', args=[case.pk])}#note-1"
    assert told() == {"Bima Saputra": address}
    assert row.mentions == ["Bima Saputra"]
    news = News.objects.get()
    assert (news.kind, news.facts) == (
        notes.MENTIONED, {"by": "Ayu Lestari", "number": case.number}
    )  # fmt: skip


def test_nobody_hears_of_what_they_wrote_themselves():
    write(world.case(), "@Ayu ingat besok").insist()
    assert told() == {}


def test_who_is_chosen_from_the_list_is_named_in_the_text_once():
    case = world.case()
    write(case, "Lihat ini.", tell=[world.bima()]).insist()
    write(case, "@Bima lihat ini.", tell=[world.bima()]).insist()
    texts = list(CaseNote.objects.values_list("text", flat=True))
    assert texts == ["Lihat ini.\n@Bima Saputra", "@Bima lihat ini."]
    assert News.objects.count() == 2


def test_of_a_sealed_case_nobody_uncleared_is_told_however_they_are_named():
    case = world.child_case()
    world.cleared_sri()
    text = "@Ayu Lestari @sri @Ratna Dewi lihat"
    write(case, text, by=world.citra(), tell=[world.bima(), world.sri()]).insist()
    assert set(told()) == {"Ratna Dewi"}
    assert News.objects.get().is_sealed
    row = CaseNote.objects.get()
    assert (row.text, row.mentions) == (text, ["Ratna Dewi"])


def test_to_the_writer_the_uncleared_are_as_unknown_as_those_who_are_not_there():
    case = world.child_case()
    world.ayu()
    assert notes.unknown_in("@Ayu @entah", case) == ["Ayu", "entah"]


@pytest.mark.parametrize(
    "who", [world.polisi, world.rina, world.lurah, world.auditor, world.steward]
)
def test_only_staff_are_told(who):
    person = who()
    write(world.case(), f"@{person.name} lihat", tell=[person]).insist()
    assert told() == {}


def test_who_has_left_is_not_told():
    gone = world.bima()
    gone.is_active = False
    gone.save()
    write(world.case(), "@Bima lihat", tell=[gone]).insist()
    assert told() == {}


def test_a_note_beside_several_cases_tells_of_each():
    cases = [world.case("michat: satu_contoh"), world.case("michat: dua_contoh")]
    world.bima()
    done = notes.note(cases, text="@Bima", actor=world.ayu(), at=AT).done
    assert done == [case.pk for case in cases]
    assert News.objects.values("address").distinct().count() == 2


def test_an_empty_note_is_none():
    with pytest.raises(Invalid):
        write(world.case(), " \n")
