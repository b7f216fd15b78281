"""Invented reports over the platforms whose truth is known: written first, dressed up afterwards.

    python tests/generate_reports.py 20000 --seed 7 --map MAP.json > reports.csv

Each row starts from a platform, a kind and a canonical account, is written down in one of the
shapes in which that platform's accounts are told, and is then dressed as people do it: letter case,
schemes and mobile hosts, tracking, defanging, labels, quotes, zero-width and bidirectional
characters, and the Unicode letters of MAP (a JSON object from disguised to plain character). The
same seed gives the same rows. Handles are invented; nothing here reads the rules under test.
"""

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

COLUMNS = (
    "account platform description category reason seen_at true_platform true_kind true_canonical"
).split()
WORDS = (
    "melati kenanga senja bintang mutiara pelangi anggrek rembulan camar delima kopi lampion"
).split()
TAILS = ("", "", "", "/", "?utm_source=share", "?fbclid=IwAR0x", "/?hl=id", "#bagikan")
SCHEMES = ("https://", "https://", "http://", "", "HTTPS://")
INVISIBLE = ("\u200b", "\u200d", "\u2060", "\u202e", "\u200f", "\ufeff")
CITIES = ("Tlogomas Malang", "Tebet Jakarta", "Denpasar", "Lowokwaru Malang", "Medan Baru")
PHOTOS = ("kucing", "bunga mawar", "pantai", "boneka")
EMOJI = ("💋", "🌸", "🔥", "")
BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

# platform -> (name a reporter uses, handle alphabet beyond a-z, longest handle)
HANDLES = {
    "michat": ("MiChat", "_0123456789", 15), "telegram": ("Telegram", "_0123456789", 20),
    "line": ("LINE", "_.0123456789", 16), "wechat": ("WeChat", "_0123456789", 16),
    "discord": ("Discord", "_.0123456789", 20), "facebook": ("Facebook", ".0123456789", 24),
    "instagram": ("Instagram", "_.0123456789", 24), "x": ("X (Twitter)", "_0123456789", 14),
    "tiktok": ("TikTok", "_.0123456789", 20), "snapchat": ("Snapchat", "_.0123456789", 14),
    "linkedin": ("LinkedIn", "-0123456789", 24), "bigo-live": ("Bigo Live", "_0123456789", 16),
    "likee": ("Likee", "_.0123456789", 16), "mango-live": ("Mango Live", "_0123456789", 16),
    "snack-video": ("SnackVideo", "_.0123456789", 20), "kaskus": ("KASKUS", "._0123456789", 16),
    "tinder": ("Tinder", "_.0123456789", 16), "dailymotion": ("Dailymotion", "_0123456789", 20),
    "youtube": ("YouTube", "_-0123456789", 20), "threads": ("Threads", "_.0123456789", 24),
    "github": ("GitHub", "-0123456789", 20), "reddit": ("Reddit", "_-0123456789", 18),
    "pinterest": ("Pinterest", "_0123456789", 18),
}  # fmt: skip
OTHER_NAMES = {
    "whatsapp": ("WhatsApp", "WA", "whatsapp"), "instagram": ("Instagram", "IG", "ig"),
    "facebook": ("Facebook", "FB", "fb"), "x": ("X (Twitter)", "Twitter", "x"),
    "telegram": ("Telegram", "tele", "telegram"), "youtube": ("YouTube", "YT", "youtube"),
    "google-search": ("Google Search",), "google-play": ("Google Play", "Play Store"),
    "apple-app-store": ("Apple App Store", "App Store"), "bing": ("Bing",),
}  # fmt: skip
# Addresses: platform -> (hosts, path, kind, canonical). {h} the handle as typed, {k} the handle as
# it is known, {n} a long number, {c} a code of 11, {g} a code of 22, {x} a hexadecimal id.
ADDRESSES: dict[str, list[tuple[str, str, str, str | None]]] = {
    "whatsapp": [
        ("chat.whatsapp.com", "{g}", "group", "invite/{g}"),
        ("whatsapp.com www.whatsapp.com", "channel/{g}", "group", "channel/{g}"),
    ],
    "telegram": [
        ("t.me telegram.me telegram.dog", "{h}", "handle", "{k}"),
        ("t.me", "s/{h}", "handle", "{k}"),
        ("t.me", "{h}/{m}", "post", "{k}/{m}"), ("t.me", "s/{h}/{m}", "post", "{k}/{m}"),
        ("t.me", "c/{n}/{m}", "post", "c/{n}/{m}"), ("t.me", "joinchat/{g}", "group", "+{g}"),
        ("t.me", "+{g}", "group", "+{g}"),
    ],
    "line": [
        ("line.me", "ti/p/~{h}", "handle", "{k}"), ("line.me", "R/ti/p/@{h}", "handle", "@{k}"),
        ("line.me", "R/ti/p/%40{h}", "handle", "@{k}"), ("page.line.me", "{h}", "handle", "@{k}"),
        ("line.me", "ti/g2/{g}", "group", "ti/g2/{g}"),
        ("line.me", "ti/p/{g}", "user_id", "ti/p/{g}"),
    ],
    "wechat": [("u.wechat.com", "{g}", "user_id", "u.wechat.com/{g}")],
    "discord": [
        ("discord.gg", "{c}", "group", "invite/{c}"),
        ("discord.com discordapp.com", "invite/{c}", "group", "invite/{c}"),
        ("discord.com ptb.discord.com", "users/{n}", "user_id", "{n}"),
        ("discord.com", "channels/{n}/{n}/{n}", "post", "channels/{n}/{n}/{n}"),
    ],
    "facebook": [
        ("www.facebook.com m.facebook.com fb.com id-id.facebook.com mbasic.facebook.com", "{h}",
         "handle", "{k}"),
        ("www.facebook.com m.facebook.com", "profile.php?id={n}", "user_id", "{n}"),
        ("facebook.com", "people/Nama-Palsu/{n}", "user_id", "{n}"),
        ("www.facebook.com", "groups/{n}", "group", "groups/{n}"),
        ("m.facebook.com", "groups/{n}/permalink/{n}", "post", "groups/{n}/posts/{n}"),
        ("www.facebook.com", "{h}/posts/{n}", "post", "posts/{n}"),
        ("web.facebook.com", "watch/?v={n}", "post", "watch?v={n}"),
        ("m.me", "{h}", "handle", "{k}"),
    ],
    "instagram": [
        ("www.instagram.com instagram.com m.instagram.com instagr.am", "{h}", "handle", "{k}"),
        ("www.instagram.com instagram.com", "p/{c}", "post", "p/{c}"),
        ("instagram.com", "reel/{c}", "post", "p/{c}"),
        ("www.instagram.com", "{h}/reel/{c}", "post", "p/{c}"),
        ("www.instagram.com", "stories/{h}/{n}", "post", "stories/{k}/{n}"),
    ],
    "x": [
        ("x.com twitter.com www.x.com mobile.twitter.com mobile.x.com", "{h}", "handle", "{k}"),
        ("x.com twitter.com", "{h}/status/{n}", "post", "status/{n}"),
        ("x.com", "i/web/status/{n}", "post", "status/{n}"),
        ("twitter.com", "intent/user?screen_name={h}", "handle", "{k}"),
    ],
    "tiktok": [
        ("www.tiktok.com tiktok.com m.tiktok.com", "@{h}", "handle", "{k}"),
        ("www.tiktok.com", "@{h}/video/{n}", "post", "video/{n}"),
        ("m.tiktok.com", "v/{n}.html", "post", "video/{n}"),
        ("vt.tiktok.com vm.tiktok.com", "{c}", "url", None),
    ],
    "google-search": [
        ("www.google.com google.co.id www.google.co.id", "search?q={h}&sxsrf={c}", "url",
         "google.com/search?q={h}"),
    ],
    "google-play": [
        ("play.google.com", "store/apps/details?id=com.{k}.App", "handle", "com.{k}.App"),
    ],
    "apple-app-store": [
        ("apps.apple.com itunes.apple.com", "id/app/{k}/id{i}", "user_id", "id{i}"),
        ("apps.apple.com", "app/id{i}", "user_id", "id{i}"),
    ],
    "snapchat": [
        ("www.snapchat.com snapchat.com", "add/{h}", "handle", "{k}"),
        ("snapchat.com", "@{h}", "handle", "{k}"),
        ("www.snapchat.com", "spotlight/{g}", "post", "spotlight/{g}"),
    ],
    "linkedin": [
        ("www.linkedin.com id.linkedin.com linkedin.com", "in/{h}", "handle", "{k}"),
        ("www.linkedin.com", "company/{h}", "handle", "company/{k}"),
        ("www.linkedin.com", "feed/update/urn:li:activity:{n}", "post", "activity:{n}"),
        ("www.linkedin.com", "posts/{h}_slot-gacor-activity-{n}-AbCd", "post", "activity:{n}"),
    ],
    "bigo-live": [
        ("www.bigo.tv bigo.tv m.bigo.tv", "{h}", "handle", "{k}"),
        ("www.bigo.tv", "id/{h}", "handle", "{k}"),
        ("www.bigo.tv", "user/{i}", "user_id", "{i}"), ("slink.bigovideo.tv", "{c}", "url", None),
    ],
    "likee": [
        ("likee.video www.likee.video", "@{h}", "handle", "{k}"),
        ("likee.video", "@{h}/video/{n}", "post", "video/{n}"),
        ("l.likee.video", "v/{c}", "url", None),
    ],
    "mango-live": [
        ("mangolive.net www.mangolive.net", "user/{i}", "user_id", "{i}"),
        ("mangolive.net", "share.html?uid={i}", "user_id", "{i}"),
        ("mangolive.net", "@{h}", "handle", "{k}"),
    ],
    "snack-video": [
        ("www.snackvideo.com snackvideo.com", "@{h}", "handle", "{k}"),
        ("www.snackvideo.com", "@{h}/video/{n}", "post", "video/{n}"),
        ("s.snackvideo.com", "p/{c}", "url", None),
    ],
    "kaskus": [
        ("www.kaskus.co.id m.kaskus.co.id", "profile/{i}", "user_id", "{i}"),
        ("kaskus.co.id", "@{h}", "handle", "{k}"),
        ("www.kaskus.co.id", "thread/{x}/judul-panjang", "post", "thread/{x}"),
    ],
    "tinder": [("tinder.com www.tinder.com", "@{h}", "handle", "{k}")],
    "bing": [("www.bing.com bing.com", "search?q={h}&form=QBLH", "url", "bing.com/search?q={h}")],
    "dailymotion": [
        ("www.dailymotion.com", "{h}", "handle", "{k}"), ("dai.ly", "{v}", "post", "video/{v}"),
        ("www.dailymotion.com touch.dailymotion.com", "video/{v}", "post", "video/{v}"),
    ],
    "youtube": [
        ("www.youtube.com youtube.com m.youtube.com", "@{h}", "handle", "{k}"),
        ("www.youtube.com m.youtube.com", "watch?v={c}", "post", "watch?v={c}"),
        ("youtu.be", "{c}", "post", "watch?v={c}"),
        ("www.youtube.com", "shorts/{c}", "post", "watch?v={c}"),
        ("youtube.com", "c/{h}", "handle", "c/{k}"),
        ("www.youtube.com", "channel/UC{g}", "user_id", "UC{g}"),
    ],
    "threads": [
        ("www.threads.net threads.com", "@{h}", "handle", "{k}"),
        ("www.threads.com", "@{h}/post/{c}", "post", "t/{c}"),
    ],
    "github": [
        ("github.com www.github.com", "{h}", "handle", "{k}"),
        ("github.com", "{h}/repo-{m}", "post", "{k}/repo-{m}"),
        ("github.com", "{h}/repo/blob/main/a/B.md", "post", "{k}/repo/blob/main/a/B.md"),
        ("raw.githubusercontent.com", "{h}/repo/main/a/B.md", "post", "{k}/repo/blob/main/a/B.md"),
        ("gist.github.com", "{h}/{x}", "post", "gist.github.com/{x}"),
        ("{k}.github.io", "", "handle", "{k}"),
    ],
    "reddit": [
        ("www.reddit.com old.reddit.com m.reddit.com", "user/{h}", "handle", "{k}"),
        ("reddit.com", "u/{h}", "handle", "{k}"),
        ("www.reddit.com", "r/grup_{m}", "group", "r/grup_{m}"),
        ("www.reddit.com", "r/grup/comments/1{m}ab/judul", "post", "comments/1{m}ab"),
        ("redd.it", "1{m}ab", "post", "comments/1{m}ab"),
    ],
    "pinterest": [
        ("www.pinterest.com id.pinterest.com pinterest.co.uk", "{h}", "handle", "{k}"),
        ("www.pinterest.com", "pin/{n}", "post", "pin/{n}"), ("pin.it", "{c}", "url", None),
    ],
}  # fmt: skip
PHONE_PLATFORMS = ("whatsapp", "michat", "telegram", "line", "wechat")
USER_ID_PLATFORMS = ("michat", "wechat", "bigo-live", "likee", "mango-live", "kaskus")
PLATFORMS = tuple(dict.fromkeys([*HANDLES, *ADDRESSES, *PHONE_PLATFORMS]))


@dataclass
class Row:
    """What is told, and what it truly is."""

    account: str
    platform: str
    description: str
    true_platform: str
    true_kind: str
    true_canonical: str


class Disguise:
    """The Unicode letters of a map, by the plain character that they stand for."""

    def __init__(self, path: Path | None) -> None:
        self.forms: dict[str, list[str]] = {}
        for disguised, plain in (json.loads(path.read_text("utf-8")) if path else {}).items():
            self.forms.setdefault(plain, []).append(disguised)

    def put_on(self, text: str, rng: random.Random) -> str:
        """`text` with most of its letters and digits in disguise."""
        return "".join(
            rng.choice(self.forms[c.lower()])
            if c.lower() in self.forms and rng.random() < 0.7
            else c
            for c in text
        )


def generate(rows: int, *, seed: int = 1, map_path: Path | None = None) -> Iterator[Row]:
    """`rows` invented reports, the same for the same seed."""
    rng = random.Random(seed)
    disguise = Disguise(map_path)
    for i in range(rows):
        yield _row(rng, PLATFORMS[i % len(PLATFORMS)], disguise)


def _row(rng: random.Random, slug: str, disguise: Disguise) -> Row:
    ways = ["address"] * (4 if slug in ADDRESSES else 0) + ["handle"] * (
        3 if slug in HANDLES else 0
    )
    ways += ["phone"] * (3 if slug in PHONE_PLATFORMS else 0) + ["id"] * (slug in USER_ID_PLATFORMS)
    ways += ["nearby"] * (3 if slug == "michat" else 0)
    way = rng.choice(ways)
    names = OTHER_NAMES.get(slug) or (HANDLES[slug][0], HANDLES[slug][0].lower(), slug)
    name = rng.choice(names)
    if way == "address":
        account, kind, canonical = _address(rng, slug, disguise)
        wrong_or_none = rng.choice(("", name, rng.choice(("MiChat", "Instagram", "WhatsApp"))))
        return Row(account, wrong_or_none, "", slug, kind, canonical)
    if way == "nearby":
        return _nearby(rng, name)
    kind, canonical, written = _bare(rng, slug, way)
    if way == "handle" and rng.random() < 0.35:
        written = disguise.put_on(written, rng)
    written = _decorated(rng, written, "@" if way == "handle" and slug != "line" else "")
    if rng.random() < 0.2:
        label = rng.choice(
            ("{}: {}", "{} {}", "ID {}: {}" if way != "phone" else "No {}: {}", "Akun {} {}")
        )
        return Row(label.format(name, written), "", "", slug, kind, canonical)
    return Row(written, name, "", slug, kind, canonical)


def _bare(rng: random.Random, slug: str, way: str) -> tuple[str, str, str]:
    """Kind, canonical form and a plain way to write it of a handle, phone or id."""
    if way == "handle":
        handle = _handle(rng, slug)
        return "handle", handle, handle
    if way == "id":
        digits = str(rng.randrange(10**7, 10**9))
        return "user_id", digits, digits
    national = f"8{rng.choice(('12', '21', '57', '95', '38'))}{rng.randrange(10**6, 10**8)}"
    a, b, c = national[:3], national[3:7], national[7:]
    shapes = (f"0{national}", f"62{national}", f"+62{national}", f"0{a}-{b}-{c}",
              f"+62 {a} {b} {c}",
              f"+62 (0){a}-{b}-{c}", f"0{a}.{b}.{c}", f"(0{a}) {b} {c}",
              f"0062{national}")  # fmt: skip
    return "phone", f"+62{national}", rng.choice(shapes)


def _handle(rng: random.Random, slug: str) -> str:
    """An invented handle that the platform allows, in the form in which it is known."""
    _, signs, longest = HANDLES[slug]
    sign = rng.choice([c for c in signs if not c.isdigit()])
    parts = [rng.choice(WORDS), rng.choice(WORDS), str(rng.randrange(10, 9999))]
    return sign.join(parts[: rng.choice((2, 3))])[:longest].rstrip("._-") + str(rng.randrange(9))


def _typed(rng: random.Random, handle: str) -> str:
    return rng.choice((handle, handle, handle.capitalize(), handle.upper()))


def _address(rng: random.Random, slug: str, disguise: Disguise) -> tuple[str, str, str]:
    hosts, path, kind, canonical = rng.choice(ADDRESSES[slug])
    known = _handle(rng, slug) if slug in HANDLES else rng.choice(WORDS) + str(rng.randrange(99))
    host = rng.choice(hosts.split())
    facts = {
        "k": known, "h": known if slug in ("google-search", "bing") else _typed(rng, known),
        "n": str(rng.randrange(10**14, 10**15)), "m": str(rng.randrange(100, 9999)),
        "i": str(rng.randrange(10**8, 10**10)), "c": "".join(rng.choices(BASE64URL[:-2], k=11)),
        "g": "".join(rng.choices(BASE64URL[:-2], k=22)), "x": f"{rng.getrandbits(96):024x}",
        "v": "x" + "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=6)),
    }  # fmt: skip
    host, short = host.format_map(facts), canonical is None
    path, truth = path.format_map(facts), canonical.format_map(facts) if canonical else ""
    truth = f"{host}/{path}" if short else truth
    if facts["h"] in path and kind == "handle" and slug != "google-play" and rng.random() < 0.15:
        path = path.replace(facts["h"], disguise.put_on(facts["h"], rng))
    return _dressed_address(rng, host, path, short), kind, truth


def _dressed_address(rng: random.Random, host: str, path: str, short: bool) -> str:
    scheme = rng.choice(SCHEMES)
    tail = rng.choice(TAILS)
    if "?" in path:
        tail = tail.lstrip("/").replace("?", "&")
    if host.endswith("github.io") and not scheme:
        scheme = "https://"
    if rng.random() < 0.2:
        host = host.title() if rng.random() < 0.5 else host.upper()
        host = host.lower() if short else host
    url = f"{scheme}{host}/{path}{tail}"
    way = rng.random()
    if way < 0.2:
        dot = rng.choice(("[.]", "(.)", "[dot]", "(dot)", " [.] ", "[titik]"))
        url = (
            url.replace(host, host.replace(".", dot))
            .replace("http", "hxxp")
            .replace("HTTP", "hXXp")
        )
    elif way < 0.25 and scheme and url.isascii():
        inside = quote(url, safe="")
        url = rng.choice(
            (
                f"https://l.facebook.com/l.php?u={inside}&h=AT0",
                f"https://www.google.com/url?q={inside}&sa=D",
            )
        )
    return _decorated(rng, url, "")


def _decorated(rng: random.Random, text: str, sign: str) -> str:
    """`text` with what people put around and into it."""
    way = rng.randrange(12)
    if sign and way < 5:
        text = sign + text
    if way in (5, 6):
        where = rng.randrange(len(text) + 1)
        text = text[:where] + rng.choice(INVISIBLE) + text[where:]
    if way == 7:
        text = rng.choice(("<{}>", '"{}"', "“{}”", " {} ", "{}.", "'{}',", "({})")).format(text)
    return text


def _nearby(rng: random.Random, name: str) -> Row:
    shown, sign = f"{rng.choice(WORDS).title()} {rng.choice(WORDS).title()}", rng.choice(EMOJI)
    area, photo = rng.choice(CITIES), rng.choice(PHOTOS)
    who = f"{shown} {sign}".strip()
    told, about = rng.choice((
        (f"{name}, people nearby, nama '{who}', dekat {area}, foto {photo}, 14/3/2022", ""),
        (f"nama: {who}; area: {area}; foto profil: {photo}", "pencarian sekitar"),
        (who, f"orang di sekitar, dekat {area}, foto {photo}"),
    ))  # fmt: skip
    canonical = "nearby:{}|{}|{}".format(
        who.lower(), " ".join(sorted(area.lower().split())), " ".join(sorted(photo.lower().split()))
    )
    return Row(told, name, about, "michat", "nearby", canonical)


def main() -> None:
    """Write the rows as CSV, the truth in the last three columns."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("rows", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--map", type=Path, help="JSON object from disguised to plain character")
    given = parser.parse_args()
    out = csv.writer(sys.stdout)
    out.writerow(COLUMNS)
    for row in generate(given.rows, seed=given.seed, map_path=given.map):
        out.writerow(
            [row.account, row.platform, row.description, "prostitution",
             "Menawarkan jasa di profil.",
             "2022-03-14T09:00+07:00", row.true_platform, row.true_kind, row.true_canonical]
        )  # fmt: skip


if __name__ == "__main__":
    main()
