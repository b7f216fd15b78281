"""What the simulated representatives read in a letter."""

import re
from email.message import EmailMessage

DEFANGED = re.compile(r"h(?:xx|tt)ps?://[^\s,;\"'<>]+", re.I)
CODE = re.compile(r"(?<!\d)\d{8}(?!\d)")


def addresses_in(text: str, *, only_broken: bool = False) -> list[str]:
    """The addresses in a list, made whole again: letters break them so that nobody clicks. What
    can be opened in a letter itself leads to the portal: there `only_broken` ones are accounts."""
    found = DEFANGED.findall(text)
    broken = [one for one in found if one[:4].lower() == "hxxp" or not only_broken]
    whole = [re.sub(r"^h(?:xx|tt)p", "http", one.replace("[.]", "."), flags=re.I) for one in broken]
    return list(dict.fromkeys(whole))


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail."""
    part = message.get_body(("plain",))
    return str(part.get_content()) if part else ""


def code_in(text: str) -> str:
    """The one-time code in a mail; "" if there is none."""
    found = CODE.search(text)
    return found[0] if found else ""
