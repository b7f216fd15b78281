"""A letter as PDF, set by typst. Every text reaches it as data, never as typst source."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

import typst

from moderation_portal.policy import Issuer

from .document import thaw
from .wording import printable

SOURCE = Path(__file__).with_name("letter.typ").read_bytes()


class Written(Protocol):
    """Anything that holds the Markdown of a frozen letter: a Letter, or a stored notice."""

    @property
    def markdown(self) -> str: ...


def pdf(letter: Written, *, letterhead: Issuer | None = None) -> bytes:
    """The letter on letterhead, its targets as an attachment, pages numbered.

    The letterhead is the one frozen in the letter unless another is given. PDF/UA-1 and PDF/A-2a.
    The same letter always gives the same bytes: no clock, no system fonts, nothing from outside.
    """
    head, blocks = thaw(letter.markdown)
    if letterhead:
        head = replace(
            head,
            issuer=letterhead.name.say(head.language),
            office=letterhead.office.say(head.language),
            address=letterhead.address,
            email=letterhead.email,
        )
    data = {"head": asdict(head), "blocks": [asdict(block) for block in blocks]}
    return typst.compile(
        SOURCE,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(printable(data), ensure_ascii=False)},
        pdf_standards=["ua-1", "a-2a"],
        timestamp=int(datetime.fromisoformat(head.issued_at).timestamp()),
    )
