"""Addresses as no program makes a link of them, on pages, in letters and in e-mails. Pure."""

import re

# An address with its scheme, and a bare host at the head of a locator.
ADDRESS = re.compile(r"\b(https?)://([^\s/?#]+)", re.IGNORECASE)
HOST = re.compile(r"(?<![\w.@-])(?:[\w-]+\.)+[^\W\d_][\w-]+(?![\w@-])")
PATH = re.compile(r"[/?#]")


def defang(locator: str) -> str:
    """`locator` defanged: https://t.me/a.b -> hxxps://t[.]me/a.b. Handles stay as they are."""
    if ADDRESS.search(locator):
        return defang_links(locator)
    path = PATH.search(locator)
    end = path.start() if path else len(locator)
    return HOST.sub(lambda host: _dotted(host[0]), locator[:end]) + locator[end:]


def defang_links(text: str) -> str:
    """Running text in which only addresses with a scheme are defanged: “dr.Budi” is no host."""
    return ADDRESS.sub(lambda found: f"{_scheme(found[1])}://{_dotted(found[2])}", text)


def _scheme(scheme: str) -> str:
    return scheme.replace("t", "x").replace("T", "X")


def _dotted(host: str) -> str:
    return host.replace(".", "[.]")
