"""Mail that was made to keep its reader busy: nested, torn into lines, without an end."""

import io
import time

import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from reports.letters import pdf_text
from reports.letters.layout import lines_of
from reports.letters.mail import MAX_DEPTH, Mail, take_apart

HEAD = b"From: a@b.example\nTo: c@d.example\nMessage-ID: <a@b>\n"


def depth_of(mail: Mail) -> int:
    return 1 + max(map(depth_of, mail.inner), default=0)


@pytest.mark.parametrize(
    "around",
    [
        b"Content-Type: application/octet-stream; name=x.eml\n\n",
        b"Content-Type: text/plain\nContent-Disposition: attachment\n\n",
        b"Content-Type: message/rfc822\n\n",
    ],
    ids=["as a file", "as an attachment", "as a message"],
)
def test_messages_within_messages_are_opened_a_few_deep_however_they_are_packed(around):
    mail = take_apart((HEAD + around) * 400 + HEAD + b"\nTerima kasih.\n")
    assert depth_of(mail) <= MAX_DEPTH + 1


def document(drawn: bytes, pages: int) -> bytes:
    """A PDF whose pages all draw the same."""
    writer = PdfWriter()
    content = StreamObject()
    content.set_data(drawn)
    kept = writer._add_object(content.flate_encode())
    names = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    font = DictionaryObject({NameObject(key): NameObject(name) for key, name in names.items()})
    fonts = DictionaryObject({NameObject("/F1"): font})
    for _page in range(pages):
        page = writer.add_blank_page(100, 100)
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = kept
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


LINE = b"BT /F1 9 Tf (Mohon blokir akun ini.) Tj ET\n"


def test_a_small_file_that_unpacks_to_much_is_kept_unread():
    assert pdf_text.to_text(document(LINE * 9, 2), pdf_text.Patience()).count("Mohon") == 18
    for drawn in (b" " * 3_000_000, LINE * 60_000):
        patience = pdf_text.Patience()
        raw = document(drawn, 50)
        assert len(raw) < 100_000
        assert pdf_text.to_text(raw, patience) is None
        assert patience.left > 0, "it was given up before it was read"


def test_all_files_of_a_message_share_one_patience():
    raw, patience = document(LINE * 9, 2), pdf_text.Patience(left=2_000)
    assert pdf_text.to_text(raw, patience).count("Mohon") == 9, "the first page of two"
    assert pdf_text.to_text(raw, patience) is None


@pytest.mark.parametrize(
    "piece",
    ["a\n", "\n", "a\n\n", "--\n", "--\n\n\n", "Direktur\n\n", "Hormat kami,\n--\n", "> a\n",
     "From: a\n", "On 1 Jan, x wrote:\n", "https://a.example/-\n"],
)  # fmt: skip
def test_the_lines_of_a_text_are_told_apart_in_a_time_that_grows_with_its_length_only(piece):
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        began = time.process_time()
        lines_of(text)
        return time.process_time() - began

    small, large = min(seconds(2_000) for _ in range(3)), min(seconds(32_000) for _ in range(2))
    assert large <= 64 * max(small, 0.002), f"16 times the text took {large / small:.0f} times"
