"""The catalogue finds what Django will ask for, and says what it lacks."""

import gettext
from pathlib import Path

import polib
import pytest

from moderation_portal import catalogue


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A small source tree with one Python file and one template."""
    (tmp_path / "cases").mkdir()
    (tmp_path / "templates").mkdir()
    write(tmp_path, "cases/views.py", 'label = _("Send")\n')
    write(tmp_path, "templates/page.html", '{% translate "Send" %}{% translate "Close" %}')
    return tmp_path


def write(root: Path, name: str, text: str) -> None:
    (root / name).write_text(text, encoding="utf-8")


def translate(root: Path, words: dict[str, str]) -> None:
    """Fills in the Indonesian of `words`, every other string stays as it is."""
    catalogue.update("id", root)
    po = catalogue.load("id", root)
    for entry in po:
        if entry.msgid in words and entry.msgid_plural:
            entry.msgstr_plural = {0: words[entry.msgid]}
        elif entry.msgid in words:
            entry.msgstr = words[entry.msgid]
    po.save()


def python(source: str) -> list[tuple[str | None, str, str | None]]:
    found = catalogue.in_python(source, "x.py")
    return [(message.context, message.singular, message.plural) for message in found]


def template(source: str) -> list[tuple[str | None, str, str | None]]:
    found = catalogue.in_template(source, "x.html")
    return [(message.context, message.singular, message.plural) for message in found]


def test_an_f_string_in_a_translation_is_refused_with_its_place():
    with pytest.raises(catalogue.NotPlain, match=r"x\.py:2"):
        python('n = 1\n_(f"{n} days")\n')


def test_a_translator_under_a_name_that_is_not_collected_is_refused_with_its_place():
    with pytest.raises(catalogue.NotPlain, match=r"x\.py:2"):
        python('n = 1\nfrom django.utils.translation import gettext as __\n__("lost")\n')
    python("from django.utils.translation import gettext as _, ngettext\n")


def test_a_glued_string_in_a_translation_is_refused():
    with pytest.raises(catalogue.NotPlain):
        python('_("a" + name)')


def test_python_calls_are_found_in_all_their_forms():
    assert python(
        '_("one")\ngettext_lazy("two " "halves")\npgettext("tag", "sent")\n'
        'translation.ngettext("{n} day", "{n} days", n)\nnpgettext("list", "row", "rows", 2)\n'
    ) == [
        (None, "one", None),
        (None, "two halves", None),
        ("tag", "sent", None),
        (None, "{n} day", "{n} days"),
        ("list", "row", "rows"),
    ]


def test_a_translated_variable_is_left_to_the_place_that_names_it():
    assert python("_(sentence)\n_(self.sentence)\nother('not ours')") == []


def test_template_tags_are_found_with_context_plural_and_trimming():
    assert template('{% translate "Send" context "button" %}') == [("button", "Send", None)]
    assert template("{% translate 'Close' as close %}") == [(None, "Close", None)]
    assert template(
        "{% blocktranslate count n=rows|length trimmed %}\n  {{ n }} row\n"
        "{% plural %}\n  {{ n }} rows\n{% endblocktranslate %}"
    ) == [(None, "%(n)s row", "%(n)s rows")]


def test_a_string_given_to_an_included_part_is_found():
    assert template('{% include "_empty.html" with title=_("Nothing here") %}') == [
        (None, "Nothing here", None)
    ]


def test_words_outside_of_tags_and_in_comments_are_not_taken():
    assert template('<p>Send</p>{% comment %}{% translate "Old" %}{% endcomment %}') == []


def test_one_string_of_two_files_is_one_entry_that_names_both(house):
    po = catalogue.update("id", house)
    (entry,) = [entry for entry in po if entry.msgid == "Send"]
    assert [name for name, _line in entry.occurrences] == ["cases/views.py", "templates/page.html"]


def test_tests_and_migrations_are_not_read(house):
    for folder in ("tests", "migrations"):
        (house / folder).mkdir()
        write(house, f"{folder}/x.py", '_("hidden")')
    assert (None, "hidden") not in catalogue.collect(house)


def test_check_names_each_missing_string_and_its_file(house):
    translate(house, {"Send": "Kirim"})
    assert catalogue.faults("id", house) == ["missing: 'Close' (templates/page.html)"]


def test_a_complete_catalogue_has_no_faults(house):
    translate(house, {"Send": "Kirim", "Close": "Tutup"})
    assert catalogue.faults("id", house) == []


def test_check_names_a_fuzzy_string(house):
    translate(house, {"Send": "Kirim", "Close": "Tutup"})
    po = catalogue.load("id", house)
    po.find("Close").flags.append("fuzzy")
    po.save()
    assert catalogue.faults("id", house) == ["fuzzy: 'Close' (templates/page.html)"]


def test_check_names_an_unused_string_and_update_keeps_its_words_for_its_return(house):
    translate(house, {"Send": "Kirim", "Close": "Tutup"})
    write(house, "templates/page.html", "")
    assert catalogue.faults("id", house) == ["unused: 'Close'"]
    catalogue.update("id", house)
    write(house, "templates/page.html", '{% translate "Close" %}')
    catalogue.update("id", house)
    assert catalogue.faults("id", house) == []


def test_prune_drops_an_unused_string(house):
    translate(house, {"Send": "Kirim", "Close": "Tutup"})
    write(house, "templates/page.html", "")
    catalogue.update("id", house, is_pruning=True)
    assert catalogue.faults("id", house) == []
    assert catalogue.load("id", house).find("Close", include_obsolete_entries=True) is None


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("{n} rows chosen", "{jumlah} baris dipilih"),
        ("%(name)s was first", "didahului"),
        ("%s of them", "%(banyak)s di antaranya"),
    ],
)
def test_a_placeholder_that_a_translation_lost_or_invented_is_a_fault(house, said, words):
    write(house, "templates/page.html", "")
    write(house, "cases/views.py", f'_("{said}")')
    translate(house, {said: words})
    (fault,) = [fault for fault in catalogue.faults("id", house) if "placeholders" in fault]
    assert said in fault


def test_a_percent_sign_or_a_lone_brace_is_no_placeholder(house):
    write(house, "templates/page.html", "")
    write(house, "cases/views.py", '_("100 %% kept {")')
    translate(house, {"100 %% kept {": "100 %% ditepati"})
    assert not [fault for fault in catalogue.faults("id", house) if "placeholders" in fault]


def test_a_string_that_gains_a_plural_keeps_its_words(house):
    write(house, "templates/page.html", "")
    write(house, "cases/views.py", '_("{n} row")')
    translate(house, {"{n} row": "{n} baris"})
    write(house, "cases/views.py", 'ngettext("{n} row", "{n} rows", n)')
    catalogue.update("id", house)
    assert catalogue.faults("id", house) == []


def test_updating_twice_changes_nothing(house):
    translate(house, {"Send": "Kirim"})
    before = catalogue.po_path("id", house).read_bytes()
    catalogue.update("id", house)
    assert catalogue.po_path("id", house).read_bytes() == before


def test_the_compiled_file_answers_in_indonesian_but_never_with_fuzzy_words(house):
    write(house, "cases/views.py", '_("Send")\nngettext("{n} row", "{n} rows", n)')
    translate(house, {"Send": "Kirim", "{n} row": "{n} baris", "Close": "Tutup?"})
    po = catalogue.load("id", house)
    po.find("Close").flags.append("fuzzy")
    po.save()
    catalogue.compile_all(house)
    with catalogue.po_path("id", house).with_suffix(".mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert words.gettext("Send") == "Kirim"
    assert words.ngettext("{n} row", "{n} rows", 1) == "{n} baris"
    assert words.ngettext("{n} row", "{n} rows", 5) == "{n} baris"
    assert words.gettext("Close") == "Close"


def test_the_house_itself_can_be_read_and_its_catalogue_is_valid():
    found = catalogue.collect()
    assert (None, "Content takedown desk") in found
    assert isinstance(catalogue.load("id"), polib.POFile)
    assert not [fault for fault in catalogue.faults("id") if fault.startswith("placeholders")]


def test_every_language_of_the_portal_but_the_source_s_has_a_catalogue(settings):
    assert {code for code, _name in settings.LANGUAGES} == {"en", *catalogue.LANGUAGES}
