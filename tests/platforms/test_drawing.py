"""The picture of a page that was fetched: nothing more is fetched for it, whatever it says."""

import io
import os
import socketserver
import tempfile
import threading
import time
from pathlib import Path

import pytest
from django.test import override_settings
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from platforms import drawing

YELLOW, RED, GREEN = (255, 240, 0), (255, 0, 0), (0, 128, 0)


class Trap(socketserver.BaseRequestHandler):
    """Answers nobody, and remembers who came."""

    visits: list[bytes] = []

    def handle(self):
        self.visits.append(self.request.recv(200).partition(b"\r\n")[0])


@pytest.fixture(scope="module")
def trap_port():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Trap) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture(scope="module")
def chromium():
    """A Chromium that can run in its sandbox here."""
    path = os.environ.get("PORTAL_CHROMIUM", "")
    if not path:
        pytest.skip("no Chromium: name one by PORTAL_CHROMIUM, or apt install chromium")
    with override_settings(CHROMIUM=path), pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "SECONDS", 240)  # a busy machine is no fault of the page
        try:
            drawing.draw("<p>there")
        except drawing.Undrawn as why:
            pytest.skip(f"this Chromium draws nothing here: {why}")
        yield


@pytest.fixture
def folder():
    """A folder that everybody on this machine may read."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture
def fake(folder, settings):
    """`fake(commands)` stands in for the browser; `$picture` is where it is to draw."""

    def write(commands: str) -> None:
        script = folder / "chromium"
        script.write_text(
            "#!/bin/sh\nfor one; do case $one in --screenshot=*) picture=${one#*=};; esac; done\n"
            f"{commands}\n"
        )
        script.chmod(0o755)
        settings.CHROMIUM = str(script)

    return write


def hostile(port: int, folder: Path) -> str:
    """A page that wants everything: by number, by name, by file, by every way there is."""
    (folder / "green.html").write_text("<body style='background:green'>")
    (folder / "green.css").write_text("body{background:green!important}")
    (folder / "green.svg").write_text(
        "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'>"
        "<rect width='9' height='9' fill='green'/></svg>"
    )
    for place in (folder, *folder.iterdir()):
        place.chmod(0o755)
    file = folder.as_uri()
    bases = (f"http://127.0.0.1:{port}", f"http://localhost:{port}", f"http://[::1]:{port}", file)
    wanted = "".join(
        f"""<link rel="stylesheet" href="{base}/green.css"><link rel="prefetch" href="{base}/1">
        <link rel="preconnect" href="{base}"><link rel="dns-prefetch" href="{base}">
        <link rel="preload" as="image" href="{base}/2"><link rel="icon" href="{base}/3">
        <link rel="prerender" href="{base}/4"><link rel="modulepreload" href="{base}/5">
        <link rel="manifest" href="{base}/6">
        <style>@import url({base}/green.css); @font-face {{font-family:x;src:url({base}/7)}}
        i {{font-family:x;background:url({base}/green.svg)}}</style><i>words</i>
        <iframe src="{base}/green.html"></iframe><object data="{base}/green.svg"></object>
        <iframe srcdoc="<img src='{base}/green.svg'>"></iframe><embed src="{base}/green.svg">
        <img src="{base}/green.svg"><video autoplay src="{base}/8" poster="{base}/green.svg">
        </video><audio autoplay src="{base}/9"></audio><input type="image" src="{base}/10">
        <svg><image href="{base}/green.svg" width="99" height="99"/></svg>
        <script src="{base}/11"></script><script>fetch("{base}/12")</script>"""
        for base in bases
    )
    return f"""<!doctype html><meta http-equiv="refresh" content="0;url={bases[0]}/13">
    <meta http-equiv="refresh" content="0;url={file}/green.html"><base href="{bases[0]}/">
    <script type="speculationrules">{{"prerender":[{{"urls":["{bases[0]}/14"]}}]}}</script>
    <style>body{{background:rgb{YELLOW}}}</style><script>document.body.style.background="red"
    top.location="{bases[0]}/15"</script><form action="{bases[0]}/16"><button autofocus>go
    </button></form><a href="{bases[0]}/17" ping="{bases[0]}/18">away</a>{wanted}"""


def colours(png: bytes) -> set[tuple[int, int, int]]:
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (drawing.WIDTH, drawing.HEIGHT)
        found = picture.convert("RGB").getcolors(picture.width * picture.height)
    return {colour for _count, colour in found}


@pytest.mark.browser
@pytest.mark.slow
def test_the_trap_hears_a_browser_that_may_fetch(chromium, trap_port, monkeypatch):
    """Else the test below would show nothing."""
    Trap.visits = []
    monkeypatch.setattr(drawing, "NO_NETWORK", ())
    monkeypatch.setattr(drawing, "framed", lambda source: source)
    drawing.draw(f'<img src="http://127.0.0.1:{trap_port}/seen">')
    assert b"GET /seen HTTP/1.1" in Trap.visits


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("wall", ["both", "frame alone", "network alone"])
def test_nothing_is_fetched_for_a_picture(chromium, trap_port, folder, monkeypatch, wall):
    Trap.visits = []
    if wall == "frame alone":
        monkeypatch.setattr(drawing, "NO_NETWORK", ())
    elif wall == "network alone":
        monkeypatch.setattr(drawing, "framed", lambda source: source)
    source = hostile(trap_port, folder)
    try:
        shown = colours(drawing.draw(source))
    except drawing.Undrawn:
        assert wall == "network alone", "without its frame a page may lead itself away"
        shown = set()
    assert [one for one in Trap.visits if one] == []
    if wall == "both":
        assert Trap.visits == [], "not even a connection that asks for nothing"
    if wall != "network alone":
        assert YELLOW in shown
        assert not {RED, GREEN} & shown, "no script ran, no file was read"


@pytest.mark.parametrize("bound", ["SECONDS", "MOST_MEMORY"])
def test_what_takes_too_long_or_too_much_is_ended_with_all_its_children(
    fake, folder, monkeypatch, bound
):
    (folder / "children").touch()
    (folder / "children").chmod(0o666)
    fake(f"sleep 600 & echo $! > {folder}/children; sleep 600")
    profiles = folder / "profiles"
    profiles.mkdir()
    profiles.chmod(0o755)
    monkeypatch.setattr(drawing.tempfile, "tempdir", str(profiles))
    monkeypatch.setattr(drawing, bound, 1)
    with pytest.raises(drawing.Undrawn, match="it took too"):
        drawing.draw("<p>words")
    assert list(profiles.iterdir()) == [], "the profile is thrown away"
    for child in (folder / "children").read_text().split():
        assert is_over(child)


def test_without_a_chromium_there_is_no_picture(settings):
    for name in ("", "/nowhere/chromium"):
        settings.CHROMIUM = name
        with pytest.raises(drawing.Undrawn):
            drawing.draw("<p>words")


@pytest.mark.parametrize("left", ["nothing", "words", "link", "pipe", "another size"])
def test_what_a_browser_leaves_in_place_of_a_picture_is_not_trusted(fake, folder, left):
    """A page may have taken the browser over; it then leaves what it likes."""
    Image.new("RGB", (drawing.WIDTH, drawing.HEIGHT)).save(folder / "whole.png")
    Image.new("RGB", (9, 9)).save(folder / "small.png")
    fake(
        {
            "nothing": "true",
            "words": "echo words > $picture",
            "link": f"ln -s {folder}/whole.png $picture",
            "pipe": "mkfifo $picture",
            "another size": f"cp {folder}/small.png $picture",
        }[left]
    )
    with pytest.raises(drawing.Undrawn, match="it drew"):
        drawing.draw("<p>words")


def test_what_was_drawn_is_encoded_anew(fake, folder):
    said = PngInfo()
    said.add_text("Comment", "left behind")
    Image.new("RGB", (drawing.WIDTH, drawing.HEIGHT)).save(folder / "whole.png", pnginfo=said)
    fake(f"cp {folder}/whole.png $picture")
    png = drawing.draw("<p>words")
    assert b"left behind" in (folder / "whole.png").read_bytes()
    assert b"left behind" not in png


def is_over(pid: str) -> bool:
    """Whether a process that was told to end has ended; it may take the system a moment."""
    for _turn in range(1_000):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state in "ZX":
            return True
        time.sleep(0.02)
    return False
