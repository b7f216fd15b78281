"""The layout of the e-mail, as text and as HTML."""

import re

import pytest

from moderation_portal import policy
from moderation_portal.errors import Invalid
from moderation_portal.letters import LocatorLine
from moderation_portal.letters.document import Span, thaw
from tests.portal.letters.given import ALL, CONTEXT, LINK, Reader, written


@pytest.mark.parametrize(("name", "code", "language"), ALL)
def test_plain_text_keeps_to_72_columns_except_for_addresses(name, code, language):
    text = written(policy.pack(name), code, language).text
    wide = [line for line in text.splitlines() if len(line) > 72]
    assert not [line for line in wide if "://" not in line]
    assert not re.search(r"\n{3}| \n", text)


def test_a_long_list_is_shown_in_part_in_mail_and_whole_in_the_letter(pack):
    lines = [LocatorLine(f"@akun_{position}") for position in range(1, 1341)]
    letter = written(pack, lines=lines)
    assert "@akun_100\n" in letter.text
    assert "@akun_101\n" not in letter.text
    assert "1.240 baris lain" in letter.text
    assert "1.240 baris lain" in letter.html
    assert letter.html.count("<tr>") == 101
    (table,) = [block for block in thaw(letter.markdown)[1] if block.kind == "table"]
    assert table.rows[-1][:2] == ((Span("1340"),), (Span("@akun_1340"),))


def test_html_loads_nothing_and_suits_light_and_dark(pack):
    mail = written(pack).html
    assert '<html lang="id">' in mail
    assert "prefers-color-scheme: dark" in mail
    assert not re.search(r"url\(|@import|<link|<img|<script", mail)
    assert set(Reader(mail).links) == {LINK, CONTEXT["appeal_url"]}


def test_each_contact_gets_a_link_of_its_own_and_the_record_keeps_the_shared_one(pack):
    letter = written(pack, appeal_url=f"{LINK}keberatan/")
    mine = letter.with_link(LINK, "https://portal.example/id/a/rahasia?x=1&y=2")
    assert "https://portal.example/id/a/rahasia?x=1&y=2" in mine.text
    assert set(Reader(mine.html).links) >= {"https://portal.example/id/a/rahasia?x=1&y=2"}
    assert mine.text.count(LINK) == mine.text.count(f"{LINK}keberatan/") == 1
    assert mine.html.count(LINK) == mine.html.count(f"{LINK}keberatan/") == 2
    assert mine.markdown == letter.markdown
    with pytest.raises(Invalid):
        letter.with_link(LINK, "javascript:alert(1)")
