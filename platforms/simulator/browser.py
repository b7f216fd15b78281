"""How the simulated representatives reach the portal: a browser with cookies, and bare calls."""

import re
import secrets
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar

SECONDS = 30.0
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Unanswered(Exception):
    """The portal did not take the answer."""


@dataclass
class Browser:
    """One mailbox's browser: it keeps cookies, so that a code is asked for once."""

    jar: CookieJar = field(default_factory=CookieJar)

    def open(
        self,
        address: str,
        fields: Mapping[str, str] | None = None,
        file: tuple[str, bytes] | None = None,
        page: str = "",
    ) -> str:
        """The text behind an address; `fields`, and a file by its name, are posted with the token
        of the page on which the form stands: of `page`, else of the address itself. Raises
        Unanswered or OSError."""
        if fields is None:
            return self.call(address)
        found = TOKEN.search(self.call(page or address))
        posted = ({"csrfmiddlewaretoken": found[1]} if found else {}) | dict(fields)
        if file is None:
            return self.call(address, urllib.parse.urlencode(posted).encode())
        edge = secrets.token_hex(16)
        kind = {"Content-Type": f"multipart/form-data; boundary={edge}"}
        return self.call(address, _in_parts(posted, file, edge), kind)

    def call(
        self, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> str:
        """One request: `body` is posted as it is. Raises Unanswered or OSError."""
        request = urllib.request.Request(address, body, dict(headers or {}))  # noqa: S310
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            # No other address than the portal's own comes here (`ways`).
            with opener.open(request, timeout=SECONDS) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as refusal:
            with refusal:
                raise Unanswered(f"{refusal.code} for {address}") from refusal


def _in_parts(fields: Mapping[str, str], file: tuple[str, bytes], edge: str) -> bytes:
    """A form with a file in it, as browsers post it (RFC 7578)."""
    name, content = file
    head = f'--{edge}\r\nContent-Disposition: form-data; name="'
    told = "".join(f'{head}{key}"\r\n\r\n{value}\r\n' for key, value in fields.items())
    told += f'{head}file"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    return told.encode() + content + f"\r\n--{edge}--\r\n".encode()
