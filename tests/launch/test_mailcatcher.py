"""The demo's post office keeps what is sent and shows it without running any of it."""

import smtplib
import urllib.error
import urllib.request
from email.message import EmailMessage

import pytest

from moderation_portal.mailcatcher import Mailbox, catching, framed, with_links


@pytest.fixture
def office(tmp_path):
    with (
        catching(Mailbox(tmp_path), 0, 0) as (smtp_port, page_port),
        smtplib.SMTP("127.0.0.1", smtp_port) as post,
    ):
        yield post, f"http://127.0.0.1:{page_port}"


def read(address: str, **headers: str) -> tuple[str, dict[str, str]]:
    request = urllib.request.Request(address, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return answer.read().decode(), dict(answer.headers)


def letter(subject: str = "Order 12") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = subject, "sender@regulator.example"
    message["To"] = "trust@platform.example"
    message.set_content("Open http://localhost:8000/a/token/?x=1&y=2.\n<script>alert(1)</script>")
    message.add_alternative("<p>Hello</p><script>alert(2)</script>", subtype="html")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename='a"b.pdf')
    return message


def test_another_host_name_is_turned_away(office):
    with pytest.raises(urllib.error.HTTPError) as refused:
        read(office[1], Host="attacker.example")
    assert refused.value.code == 403


@pytest.mark.parametrize("path", ["/message/9", "/message/x", "/message/1/file/5", "/../secrets"])
def test_what_is_not_there_is_not_found(office, path):
    post, page = office
    post.send_message(letter())
    with pytest.raises(urllib.error.HTTPError) as refused:
        read(page + path)
    assert refused.value.code == 404


def test_a_message_in_an_unknown_encoding_is_shown_all_the_same(office):
    post, page = office
    raw = b"Subject: =?nonsense?q?x?=\nContent-Type: text/plain; charset=nonsense\n\nh\xe9llo there"
    post.sendmail("a@a.example", ["b@b.example"], raw)
    shown, _ = read(page + "/message/1")
    assert "llo there" in shown
    assert "b@b.example" in shown


def test_nothing_in_a_message_runs_on_its_page(office):
    post, page = office
    post.send_message(letter("<script>alert(0)</script>"))
    for path in ("/", "/message/1"):
        shown, headers = read(page + path)
        assert "<script" not in shown
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
    html, headers = read(page + "/message/1/html")
    assert "<p>Hello</p>" in html
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert "allow-scripts" not in headers["Content-Security-Policy"]
    assert "allow-same-origin" not in headers["Content-Security-Policy"]


def test_a_link_in_a_message_opens_outside_of_its_frame(office):
    post, page = office
    post.send_message(letter())
    _html, headers = read(page + "/message/1/html")
    shown, _ = read(page + "/message/1")
    for allowed in (shown, headers["Content-Security-Policy"]):
        assert "allow-popups allow-popups-to-escape-sandbox" in allowed
    whole = framed('<!doctype html><html><head lang="id"><title>x</title></head></html>')
    assert '<head lang="id"><base target="_blank"><title>' in whole
    assert framed("<p>Hello</p>").startswith('<base target="_blank">')


def test_a_message_is_shown_as_its_reader_sees_it_and_as_text_behind(office):
    post, page = office
    post.send_message(letter())
    shown, _ = read(page + "/message/1")
    assert shown.index("<iframe") < shown.index("<details><summary>As text")
    plain = EmailMessage()
    plain["Subject"], plain["From"], plain["To"] = "One", "a@b.example", "c@d.example"
    plain.set_content("Hello")
    post.send_message(plain)
    assert "<details open>" in read(page + "/message/2")[0]


def test_the_newest_message_stands_first(office):
    post, page = office
    post.send_message(letter("First"))
    post.send_message(letter("Second"))
    shown, _ = read(page)
    assert shown.index("Second") < shown.index("First")


def test_files_are_downloaded_never_opened(office):
    post, page = office
    post.send_message(letter())
    content, headers = read(page + "/message/1/file/0")
    assert content == "%PDF"
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''a%22b.pdf"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_the_source_is_what_was_sent(office, tmp_path):
    post, page = office
    message = letter()
    post.send_message(message)
    source, _ = read(page + "/message/1/raw")
    assert "Subject: Order 12" in source
    assert (tmp_path / "000001.eml").read_text().replace("\r\n", "\n") == source.replace(
        "\r\n", "\n"
    )


def test_numbering_goes_on_after_a_restart(tmp_path):
    Mailbox(tmp_path).keep(b"Subject: one\n\n")
    assert Mailbox(tmp_path).keep(b"Subject: two\n\n") == 2


def test_links_can_be_clicked_and_the_rest_is_escaped():
    shown = with_links("See http://a.example/x?b=1&c=2, or <b>.")
    assert 'href="http://a.example/x?b=1&amp;c=2"' in shown
    assert shown.endswith("</a>, or &lt;b&gt;.")


def test_addresses_that_were_made_harmless_stay_so():
    assert "href" not in with_links("hxxps://bad[.]example/x and bad[.]example")
