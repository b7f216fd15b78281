"""Invented tellings in the shapes of real ones: the same seed gives the same, without end."""

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeVar

from moderation_portal.models import User
from reports.intake import Line, ReporterFacts, Telling
from reports.models import Report, ReporterKind

Drawn = TypeVar("Drawn")

WORDS = [
    "anggrek", "bintang", "bunga", "camar", "cempaka", "delima", "dewa", "elang",
    "embun", "fajar", "gacor", "garuda", "hoki", "intan", "jati", "jingga",
    "kamboja", "kenanga", "kopi", "lampion", "langit", "lotus", "melati", "mutiara",
    "naga", "nusa", "ombak", "pelangi", "permata", "raja", "rembulan", "rimba",
    "sakura", "senja", "slot", "surya", "teratai", "toto", "zamrud", "zeus",
]  # fmt: skip
# Platform -> its share in a thousand, the name that reporters give it, the signs its handles take
# and the shapes in which its accounts are told: h handle, p phone, n a long number, c a code of 11.
PLATFORMS: dict[str, tuple[int, str, str, tuple[str, ...]]] = {
    "facebook": (
        210,
        "Facebook",
        ".",
        ("https://www.facebook.com/{h}", "https://m.facebook.com/{h}", "fb.com/{h}"),
    ),
    "instagram": (
        180,
        "Instagram",
        "_.",
        ("https://www.instagram.com/{h}/", "instagram.com/{h}", "@{h}"),
    ),
    "x": (150, "X (Twitter)", "_", ("https://x.com/{h}", "https://twitter.com/{h}", "@{h}")),
    "telegram": (120, "Telegram", "_", ("https://t.me/{h}", "hxxps://t[.]me/{h}", "@{h}")),
    "tiktok": (100, "TikTok", "_.", ("https://www.tiktok.com/@{h}", "@{h}")),
    "youtube": (70, "YouTube", "_-", ("https://www.youtube.com/watch?v={c}", "youtu.be/{c}")),
    "whatsapp": (60, "WhatsApp", "", ("{p}", "https://wa.me/{p}")),
    "michat": (50, "MiChat", "_", ("{h}", "michat: {h}", "{p}")),
    "threads": (20, "Threads", "_.", ("https://www.threads.com/@{h}",)),
    "line": (15, "LINE", "_.", ("https://line.me/ti/p/~{h}", "{h}")),
    "bigo-live": (15, "Bigo Live", "_", ("https://www.bigo.tv/{h}",)),
    "kaskus": (10, "KASKUS", "_", ("https://www.kaskus.co.id/profile/{n}",)),
}
CATEGORIES = {
    "gambling": (620, "Mempromosikan situs judi daring di profil dan siaran langsungnya."),
    "pornography": (130, "Menyebarkan konten pornografi kepada siapa pun yang membuka profilnya."),
    "fraud": (120, "Menawarkan barang yang tidak pernah dikirim; tiga korban di kelurahan kami."),
    "prostitution": (70, "Menawarkan jasa di profilnya lewat fitur orang di sekitar."),
    "hoax": (30, "Menyebarkan kabar bohong tentang bencana."),
    "terrorism": (15, "Mengajak bergabung dengan kelompok terlarang."),
    "child_sexual": (15, "Diduga melibatkan anak."),
}
# How many accounts a telling names, and how often in a thousand.
SIZES = {1: 900, 2: 40, 3: 30, 5: 20, 10: 8, 20: 2}
SHARE_HEARD_BEFORE, SHARE_WEBSITE, SHARE_OF_PUBLIC = 0.06, 0.03, 0.08
REMEMBERED = 5_000


def tellings(officer: User, *, at: datetime, seed: int) -> Iterator[Telling]:
    """Tellings as a file of the regulator's patrol holds them, some on behalf of citizens.

    Nine in ten name one account, some name one that was told before, a few a website.
    """
    rng = random.Random(seed)  # noqa: S311  shapes rows, guards nothing
    own = ReporterFacts(kind=ReporterKind.REGULATOR, user=officer)
    heard: list[Line] = []
    while True:
        code = _pick(rng, {code: share for code, (share, _reason) in CATEGORIES.items()})
        lines = [_line(rng, heard) for _ in range(_pick(rng, SIZES))]
        heard = [*heard[-REMEMBERED:], *lines] if len(heard) > 2 * REMEMBERED else heard + lines
        is_citizen = rng.random() < SHARE_OF_PUBLIC
        yield Telling(
            reporter=_citizen(rng) if is_citizen else own,
            channel=Report.Channel.CSV,
            category=code,
            lines=tuple(lines),
            reason=CATEGORIES[code][1],
            seen_at=at - timedelta(minutes=rng.randrange(1, 20_000)),
            is_good_faith=True,
        )


def one_telling(
    officer: User, size: int, *, category: str, at: datetime, seed: int, slug: str = "michat"
) -> Telling:
    """A telling that names this many accounts of a platform whose handles are words, none of them
    told by `tellings`."""
    _share, name, _signs, shapes = PLATFORMS[slug]
    handles = (f"lakon{seed}{category[:3]}{place}" for place in range(size))
    lines = tuple(Line(shapes[0].format(h=handle), name) for handle in handles)
    return Telling(
        reporter=ReporterFacts(kind=ReporterKind.REGULATOR, user=officer),
        channel=Report.Channel.STAFF,
        category=category,
        lines=lines,
        reason=CATEGORIES[category][1],
        seen_at=at,
        is_good_faith=True,
    )


def _pick(rng: random.Random, shares: Mapping[Drawn, int]) -> Drawn:
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _line(rng: random.Random, heard: list[Line]) -> Line:
    chance = rng.random()
    if chance < SHARE_HEARD_BEFORE and heard:
        return rng.choice(heard)
    if chance < SHARE_HEARD_BEFORE + SHARE_WEBSITE:
        return Line(f"https://{rng.choice(WORDS)}{rng.randrange(9999)}.example/daftar")
    slug = _pick(rng, {slug: facts[0] for slug, facts in PLATFORMS.items()})
    _share, name, signs, shapes = PLATFORMS[slug]
    text = rng.choice(shapes).format(
        h=_handle(rng, signs),
        p=f"628{rng.randrange(10**9, 10**10)}",
        n=rng.randrange(10**7, 10**9),
        c="".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789", k=11)),
    )
    return Line(text, name)


def _handle(rng: random.Random, signs: str) -> str:
    sign = rng.choice(signs) if signs else ""
    return f"{rng.choice(WORDS)}{sign}{rng.choice(WORDS)}{rng.randrange(10, 99_999)}"


def _citizen(rng: random.Random) -> ReporterFacts:
    number = rng.randrange(10**8)
    return ReporterFacts(
        kind=ReporterKind.PUBLIC, name=f"Warga {number}", email=f"warga{number}@surel.example"
    )
