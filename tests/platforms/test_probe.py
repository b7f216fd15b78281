"""The look at a public address: nothing private is ever touched, and what is kept is little."""

import csv
import json
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from platforms import probe, signs
from tests.world import AT

PAGES = {
    "/there": (200, "<html><script>var x=1</script><h1>Bunga</h1> 77</html>"),
    "/missing": (200, "<p>Sorry, this page isn&#39;t available.</p>"),
    "/gone": (404, "not here"),
    "/withheld": (451, "withheld"),
    "/wall": (403, "sign in first"),
    "/broken": (500, "oh"),
    "/blank": (200, "<script>draw()</script>"),
    "/large": (200, "x" * 1_500_000),
}


class Site(BaseHTTPRequestHandler):
    """The little website; it counts who came and under which name."""

    visits: list[tuple[str, str]] = []

    def do_GET(self):
        self.visits.append((self.headers["Host"], self.path))
        if self.path.startswith(("/to?", "/later?")):
            type(self).leaving.wait(0.15 if self.path.startswith("/later?") else 0)
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.end_headers()
            return
        if self.path in ("/drip", "/drip-body"):
            self.drip(is_body=self.path == "/drip-body")
            return
        if self.path == "/odd-status":
            self.wfile.write(b"\x00HTTP\r\n\r\n")
            return
        status, text = PAGES[self.path]
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "secret=1")
        self.send_header("ETag", "a\x00b")
        self.end_headers()
        self.wfile.write(body)

    def drip(self, *, is_body: bool):
        """Sends a byte now and then until the other side hangs up."""
        if is_body:
            self.send_response(200)
            self.end_headers()
        try:
            while not type(self).leaving.wait(0.02):
                self.wfile.write(b"H")
                self.wfile.flush()
        except OSError:
            pass

    leaving = threading.Event()

    def log_message(self, *args):
        pass


@pytest.fixture(scope="session")
def website():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    Site.leaving.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def site(website, settings):
    """The base address of the website, which the portal is allowed to look at."""
    Site.visits.clear()
    settings.MODE = "production"
    settings.PROBE_ALLOW_HOSTS = ["michat.example"]
    return f"http://michat.example:{website.server_port}"


def here(host, port):
    return ["127.0.0.1"]


def look(url, **options):
    return probe.look(url, **{"is_sexual": False, "at": AT, "resolve": here, **options})


# Every way known to us of writing an address that leads inside.
INSIDE = [
    "http://127.0.0.1/", "http://127.1/", "http://2130706433/", "http://0x7f000001/",
    "http://0177.0.0.1/", "http://0/", "http://0.0.0.0/", "http://localhost/",
    "http://10.0.0.5/", "http://172.16.3.4/", "http://192.168.1.1/", "http://100.64.0.1/",
    "http://169.254.169.254/latest/meta-data/", "http://[::1]/", "http://[::]/",
    "http://[::ffff:127.0.0.1]/", "http://[::ffff:169.254.169.254]/", "http://[fe80::1]/",
    "http://[fc00::1]/", "http://[fd00:ec2::254]/", "http://[64:ff9b::7f00:1]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://[2002:7f00:1::]/", "http://[2002:a9fe:a9fe::]/",
    "http://224.0.0.1/", "http://255.255.255.255/", "http://240.0.0.1/", "http://198.18.0.1/",
    "http://192.0.2.1/", "http://[2001:db8::1]/", "http://[::127.0.0.1]/", "http://[ff02::1]/",
    "https://127.0.0.1/", "http://192.0.0.170/", "http://[64:ff9b:1::1]/",
    # in other spellings of numbers and dots
    "http://0x7f.1/", "http://127.0.1/", "http://0x7f.0.0.0x1/", "http://017700000001/",
    "http://127.0.0.1./", "http://localhost./", "http://LOCALHOST/", "http://127.0.0.01/",
    "http://0xa9fea9fe/", "http://2852039166/", "http://0251.0376.0251.0376/",
    "http://127。0。0。1/", "http://①②⑦.⓪.⓪.①/", "http://１２７.0.0.1/", "http://loc\u00adalhost/",
    # in other coats, with a zone, with somebody's name before it, at another door
    "http://[::ffff:0:127.0.0.1]/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:7f00:1]/",
    "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[::1%25lo]/", "http://[::1%lo]/",
    "http://a:b@127.0.0.1/", "http://michat.example@127.0.0.1/", "http://michat.example:@[::1]/",
    "http://127.0.0.1:22/", "http://127.0.0.1:80:80/", "http://127.0.0.1#@michat.example/",
    "http://127.0.0.1\\@michat.example/", "http://michat.example\\.127.0.0.1/",
    "http:/127.0.0.1/", "http:127.0.0.1",
]  # fmt: skip


@pytest.mark.parametrize("url", INSIDE)
def test_an_address_inside_is_never_connected_to(url, site, monkeypatch):
    def trap(*args, **kwargs):
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "create_connection", trap)
    sight = probe.look(url, is_sexual=False, at=AT)
    assert sight.result == "unclear"
    assert "refused" in sight.proof or "error" in sight.proof


@pytest.mark.parametrize(
    "address",
    [
        # as they are
        "0.1.2.3", "10.0.0.1", "100.127.255.254", "127.9.9.9", "169.254.169.254", "172.31.0.1",
        "192.0.0.8", "192.0.0.170", "192.0.2.9", "192.88.99.1", "192.168.0.1", "198.19.255.255",
        "198.51.100.7", "203.0.113.7", "239.1.1.1", "240.0.0.1", "255.255.255.255",
        # IPv6: loopback, link-local, unique local, multicast, documentation, discard, SRv6, ORCHID
        "::", "::1", "fe80::1", "fec0::1", "fd00::1", "ff0e::1", "2001:db8::1", "3fff::1",
        "3fff:fff:ffff::1", "100::1", "5f00::1", "2001:20::1", "2001:2::1", "4000::1", "e000::1",
        # an IPv4 address in a coat: mapped, compatible, NAT64, 6to4, Teredo
        "::ffff:10.0.0.1", "::ffff:192.88.99.1", "::127.0.0.1", "::8.8.8.8",
        "64:ff9b::10.0.0.1", "64:ff9b::192.0.0.8", "64:ff9b:1::1", "64:ff9b:1::8.8.8.8",
        "2002:a00:1::1", "2002:808:808::1", "2001:0:808:808::1", "2001:0:808:808::f5ff:fffe",
    ],
)  # fmt: skip
def test_what_is_nobodys_website_is_not_public(address):
    assert not probe.is_public(probe.ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.215.14", "192.0.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111",
     "2400:cb00::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"],
)  # fmt: skip
def test_the_open_internet_is_public(address):
    assert probe.is_public(probe.ipaddress.ip_address(address))


@pytest.mark.parametrize("mode", ["demo", "test"])
def test_outside_production_no_real_website_is_touched(site, settings, monkeypatch, mode):
    settings.MODE = mode
    monkeypatch.setattr(socket, "create_connection", None)
    sight = look("https://www.instagram.com/anggrek.contoh/", resolve=None)
    assert "outside production" in sight.proof["refused"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://michat.example/", "file:///etc/passwd", "gopher://michat.example/",
        "//michat.example", "http://user:word@michat.example/", "",
        "http://evil.example@michat.example/",
        "http://elsewhere.example:6379/", "http://elsewhere.example:22/", "http:///there",
        "javascript:alert(1)", "http://[::1", "http://michat.example:99999/",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_not_opened(url, site):
    assert look(url).result == "unclear"
    assert Site.visits == []


def test_one_private_answer_among_public_ones_condemns_them_all(site, settings):
    settings.PROBE_ALLOW_HOSTS = []
    sight = look("http://mixed.example/", resolve=lambda h, p: ["93.184.215.14", "10.0.0.7"])
    assert sight.proof["refused"] == "10.0.0.7 is not a public address"


def test_a_name_that_changes_its_answer_is_asked_only_once(site):
    asked = []

    def rebinding(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["169.254.169.254"]

    sight = look(f"{site}/to?/to?/there", resolve=rebinding)
    assert sight.result == "present"
    assert sight.proof["hops"] == 2
    assert asked == ["michat.example"]


@pytest.mark.parametrize(
    "target",
    ["http://127.0.0.1:{port}/there", "http://evil.example/", "https://login.michat.example/",
     "file:///etc/passwd", "//169.254.169.254/"],
)  # fmt: skip
def test_a_redirect_off_the_host_is_not_followed(site, target, website):
    sight = look(f"{site}/to?{target.format(port=website.server_port)}")
    assert sight.result == ("login_walled" if "login" in target else "unclear")
    assert [path.partition("?")[0] for _host, path in Site.visits] == ["/to"]


def test_not_even_a_redirect_to_another_host_that_may_be_looked_at_is_followed(
    site, website, settings
):
    settings.PROBE_ALLOW_HOSTS = ["michat.example", "other.example"]
    sight = look(f"{site}/to?http://other.example:{website.server_port}/there")
    assert sight.result == "unclear"
    assert [path.partition("?")[0] for _host, path in Site.visits] == ["/to"]


def test_a_circle_of_redirects_ends(site):
    assert look(f"{site}/to?/to?/to?/to?/to?/there").result == "unclear"
    assert len(Site.visits) == probe.MOST_HOPS + 1


@pytest.mark.parametrize("path", ["/drip", "/drip-body"])
def test_a_server_that_drips_is_cut_off(path, site, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.2)
    sight = look(f"{site}{path}")
    assert sight.result == "unclear"
    assert "error" in sight.proof


def test_all_redirects_together_take_no_longer_than_one_look(site, monkeypatch):
    monkeypatch.setattr(probe, "SECONDS", 0.25)
    sight = look(f"{site}/later?/later?/later?/there")
    assert sight.result == "unclear"
    assert "error" in sight.proof
    assert "/there" not in [path for _host, path in Site.visits]


@pytest.mark.parametrize("path", ["/odd-status", "/there"])
def test_whatever_a_server_says_can_be_kept(path, site):
    assert "\\u0000" not in json.dumps(look(f"{site}{path}").proof)


def page(body: str, kind: str = "text/html"):
    return probe.Page(200, {"content-type": kind}, body.encode())


@pytest.mark.parametrize("unit", ["<script ", "<!--", "<", "<style></", "<a"])
def test_a_hostile_page_is_read_in_one_pass(unit):
    body = "Bunga " + unit * 25_000
    assert probe.visible_text(page(body)).startswith("Bunga")


@pytest.mark.parametrize("charset", ["idna", "undefined", "nonsense", "punycode", "-punycode-"])
def test_an_odd_charset_does_not_stop_the_look(charset):
    assert "Bunga" in probe.visible_text(page("<p>Bunga</p>", f"text/html; charset={charset}"))


@pytest.mark.parametrize(
    ("body", "charset"),
    [("&#" + "9" * 5_000, "utf-8"), (r"\ud800", "unicode_escape"), ("+2AA-", "utf-7")],
)
def test_no_character_that_a_page_writes_stops_the_look(body, charset):
    text = probe.visible_text(page(f"<p>Bunga {body}</p>", f"text/html; charset={charset}"))
    assert text.startswith("Bunga")
    assert text.encode()


def test_a_letter_with_two_characters_in_lower_case_moves_no_tag():
    assert probe.visible_text(page("İ" * 9 + "<b>tidak ada</b>")) == "İ" * 9 + " tidak ada"


def test_an_address_without_a_path_is_asked_for_by_its_question(site, monkeypatch):
    monkeypatch.setitem(PAGES, "/?id=7", (200, "Bunga"))
    assert look(f"{site}?id=7").result == "present"


def test_a_host_that_does_not_answer_is_unclear(site):
    def nobody(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    assert look(f"{site}/there", resolve=nobody).result == "unclear"


def test_a_certificate_for_another_name_proves_nothing(site, website):
    sight = look(site.replace("http://", "https://") + "/there")
    assert sight.result == "unclear"
    assert Site.visits == []


@pytest.mark.parametrize(
    ("path", "result"),
    [("/there", "present"), ("/gone", "gone"), ("/withheld", "geo_blocked"), ("/wall", "unclear"),
     ("/broken", "unclear"), ("/blank", "unclear"), ("/missing", "gone"), ("/large", "present")],
)  # fmt: skip
def test_status_and_the_platforms_own_words_decide(site, path, result):
    words = probe.Signs(missing=("this page isn't available",))
    assert look(f"{site}{path}", signs=words).result == result


def test_behind_a_wall_only_absence_can_be_seen(site):
    walled = probe.Signs(missing=("this page isn't available",), is_walled=True)
    assert look(f"{site}/there", signs=walled).result == "login_walled"
    assert look(f"{site}/missing", signs=walled).result == "gone"


def test_the_host_is_asked_for_by_its_name(site, website):
    look(f"{site}/there")
    assert Site.visits == [(f"michat.example:{website.server_port}", "/there")]


def test_the_text_hash_ignores_scripts_and_mark_up(site, monkeypatch):
    first = look(f"{site}/there").proof["text_sha256"]
    monkeypatch.setitem(PAGES, "/there", (200, "<b>Bunga</b>\n<script>var x=2</script> 77"))
    assert look(f"{site}/there").proof["text_sha256"] == first
    monkeypatch.setitem(PAGES, "/there", (200, "<b>Bunga</b> 78"))
    assert look(f"{site}/there").proof["text_sha256"] != first


def test_of_a_sexual_page_only_status_and_hash_are_kept(site):
    proof = look(f"{site}/there", is_sexual=True).proof
    place = {"url", "final_url", "at", "vantage", "address"}
    assert set(proof) == place | {"status", "hops", "text_sha256"}


def test_of_other_pages_a_few_headers_are_kept_too(site):
    headers = look(f"{site}/there").proof["headers"]
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "set-cookie" not in headers


def test_every_platform_with_signs_is_one_that_we_know():
    slugs = {line["slug"] for line in _lines(signs.SIGNS_FILE)}
    known = {line["slug"] for line in _lines(signs.SIGNS_FILE.with_name("platforms.csv"))}
    assert slugs - known == {signs.EVERYWHERE}
    assert probe.signs_of("instagram").is_walled
    assert probe.signs_of("unheard-of") == probe.Signs()


def _lines(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_encrypted_pages_are_asked_for_under_the_hosts_name(monkeypatch, site):
    """The name goes into the handshake, so that a shared address answers with the right page."""
    named = []
    real = ssl.SSLContext.wrap_socket

    def watch(self, *args, **kwargs):
        named.append(kwargs["server_hostname"])
        return real(self, *args, **kwargs)

    monkeypatch.setattr(ssl.SSLContext, "wrap_socket", watch)
    look(site.replace("http://", "https://") + "/there")
    assert named == ["michat.example"]
