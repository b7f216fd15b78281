"""A picture of a page that a look has fetched, drawn by a Chromium that can fetch nothing.

The page comes from strangers, and so it is a weapon. It is shown in a frame without rights (no
script, no form, no leaving) of a page of ours whose policy lets nothing be loaded; for this browser
no name and no number leads anywhere; it runs in its own sandbox, unprivileged, with a profile that
is thrown away, within a time and a memory, and ends with all its children.
"""

import io
import os
import re
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from html import escape
from pathlib import Path

from django.conf import settings
from PIL import Image

from moderation_portal.launch.supervisor import die_with_launcher
from moderation_portal.launch.unprivileged import hand_over, server_identity

# Of the page as high as two screens; what is below them is not in the picture.
WIDTH, HEIGHT = 1280, 1600
SECONDS = 20.0
STEP_SECONDS = 0.1
# Of all its processes together, what they share not counted: four times what a large page takes.
MOST_MEMORY = 1_500_000_000
MEMORY = re.compile(rb"^Rss(?:Anon|Shmem):\s+(\d+) kB", re.M)
MOST_BYTES = 30_000_000
LONGEST_REASON = 300
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError)

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
FRAME = (
    '<!doctype html><meta charset="utf-8">'
    '<meta http-equiv="Content-Security-Policy" content="{policy}">'
    "<style>html,body,iframe{{display:block;width:100%;height:100%;margin:0;border:0}}"
    "html{{overflow:hidden}}</style>"
    '<iframe sandbox srcdoc="{page}"></iframe>'
)
NO_NETWORK = ("--host-resolver-rules=MAP * ~NOTFOUND", "--dns-prefetch-disable", "--disable-quic")
QUIET = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--no-pings",
)


class Undrawn(Exception):
    """There is no picture, and why: for the log, in English."""


def draw(source: str) -> bytes:
    """The upper part of a page (its source) as a PNG. Nothing is fetched for it: what is shown is
    the source alone, without its pictures, its scripts and its outer style sheets.

    Takes at most about `SECONDS`. Raises Undrawn where there is no Chromium, it cannot run in its
    sandbox here, or it does not end within the bounds.
    """
    if not settings.CHROMIUM:
        raise Undrawn("there is no Chromium")
    prefix = "portal-drawing-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "page.html").write_text(framed(source), encoding="utf-8")
        for place in (folder / "page.html", folder):
            hand_over(place)
        said = _run(folder)
        return _read(folder / "picture.png", said)


def framed(source: str) -> str:
    """The page in a frame that may do nothing, of a page that may load nothing."""
    return FRAME.format(policy=escape(POLICY), page=escape(source))


def _run(folder: Path) -> str:
    """Lets the browser draw; gives the end of what it said, for the case that it drew nothing."""
    page, picture = folder / "page.html", folder / "picture.png"
    command = [
        settings.CHROMIUM, *QUIET, *NO_NETWORK, f"--user-data-dir={folder / 'profile'}",
        f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={picture}", page.as_uri(),
    ]  # fmt: skip
    home = str(folder)
    variables = {"PATH": os.defpath, "HOME": home, "TMPDIR": home, "LANG": "C.UTF-8"}
    with tempfile.TemporaryFile() as said:
        try:
            browser = subprocess.Popen(
                command,
                cwd=folder,
                env=variables,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=die_with_launcher(signal.SIGKILL),
                **server_identity(),  # type: ignore[call-overload]
            )
        except OSError as error:
            raise Undrawn(f"Chromium does not start: {error}") from error
        try:
            _watch(browser, time.monotonic() + SECONDS)
        finally:
            _end(browser)
        said.seek(0)
        return said.read().decode(errors="replace").strip()[-LONGEST_REASON:]


def _watch(browser: subprocess.Popen, until: float) -> None:
    """Waits for the browser's end. Raises Undrawn when it takes too long or too much."""
    while True:
        with suppress(subprocess.TimeoutExpired):
            browser.wait(STEP_SECONDS)
            return
        if time.monotonic() > until:
            raise Undrawn("it took too long")
        if _memory(browser.pid) > MOST_MEMORY:
            raise Undrawn("it took too much memory")


def _end(browser: subprocess.Popen) -> None:
    """Ends all processes of the browser, those too that outlived it."""
    with suppress(ProcessLookupError):
        os.killpg(browser.pid, signal.SIGKILL)
    browser.wait()


def _memory(group: int) -> int:
    """The bytes that the processes of a group hold; 0 where the system does not tell."""
    total = 0
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # Behind the name, which may hold anything: state, parent, group.
            fields = (place / "stat").read_bytes().rpartition(b")")[2].split()
            if int(fields[2]) == group:
                total += sum(map(int, MEMORY.findall((place / "status").read_bytes())))
    return total * 1024


def _read(picture: Path, said: str) -> bytes:
    """What was drawn, encoded anew. Where it should lie the browser may have put anything."""
    try:
        handle = os.open(picture, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        with open(handle, "rb") as file:
            drawn = io.BytesIO(file.read(MOST_BYTES))
        with Image.open(drawn, formats=["PNG"]) as image:
            if image.size != (WIDTH, HEIGHT):
                raise Undrawn(f"it drew {image.width} by {image.height} pixels")
            plain = image.convert("RGB")
    except UNREADABLE as error:
        raise Undrawn(f"it drew nothing: {said}") from error
    plain.info.clear()
    encoded = io.BytesIO()
    plain.save(encoded, "PNG")
    return encoded.getvalue()
