"""The articles that a letter cites."""

from reports.letters import laws
from tests.reports.letters.test_reader import draft


def test_a_law_is_cited_and_its_number_and_date_are_nobody_elses():
    letter = draft(
        "Sesuai Pasal 27 ayat (1) Undang-Undang Nomor 1 Tahun 2024 dan частью 7 статьи 15.1 "
        "Федерального закона от 27.07.2006 № 149-ФЗ; article 13 of the Law No. 5651."
    )
    assert letter.references == letter.dates == ()
    assert letter.articles[0] == "Pasal 27 ayat (1) Undang-Undang Nomor 1 Tahun 2024"
    assert any("149-ФЗ" in article for article in letter.articles)


def test_an_article_and_its_law_are_one_citation():
    found = laws.find("artículo 35 de nuestra Ley 34/2002 y el artículo 13 de la Ley 5/2010")
    assert [one.text for one in found] == [
        "artículo 35 de nuestra Ley 34/2002",
        "artículo 13 de la Ley 5/2010",
    ]
