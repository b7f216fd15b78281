"""Pictures of every page into one folder, with an index to look through: `./portal screenshots`.

Run by that command; no part of the suite, for a picture proves nothing until somebody looks at it.
"""

import os
from html import escape
from pathlib import Path

import pytest

from tests.browser import tour
from tests.browser.conftest import Reader

pytestmark = pytest.mark.browser
WIDTHS = {"desk": 1440, "phone": 390}
THEMES = ("light", "dark")
STYLE = """body{font:1rem system-ui;margin:1rem;background:#eef1f5;color:#15202e}
nav{columns:16rem}h2{margin:2rem 0 .5rem}section div{display:flex;flex-wrap:wrap;gap:1rem}
figure{margin:0}img{display:block;border:1px solid #bbc;background:#fff;object-fit:cover;
object-position:top}.desk img{width:26rem;height:18rem}.phone img{width:9rem;height:18rem}
figcaption{font-size:.8rem}"""


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_page_has_its_pictures(demo, visit, language):
    folder = Path(os.environ["PORTAL_SCREENSHOTS"]) / language
    folder.mkdir(parents=True, exist_ok=True)
    readers: dict[object, Reader] = {}
    stops = tour.of_everybody(language)
    for user, stop in stops:
        reader = readers.get(user) or readers.setdefault(user, visit(user, language=language))
        take(reader, stop, folder)
    (folder / "index.html").write_text(index(stops, language), encoding="utf-8")
    assert len(list(folder.glob("*.png"))) >= len(stops) * len(WIDTHS) * len(THEMES)


def take(reader: Reader, stop: tour.Stop, folder: Path) -> None:
    """The page on desk and phone, by day and by night."""
    page = reader.page
    page.goto(reader.url + stop.path)
    for place, width in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": 900})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=folder / picture(stop, place, theme), full_page=True)


def picture(stop: tour.Stop, place: str, theme: str) -> str:
    """The name of the file of one picture."""
    return f"{stop.file_name}.{place}.{theme}.png"


def index(stops: list[tuple[object, tour.Stop]], language: str) -> str:
    """The page that shows all pictures of a language, each a link to itself in full."""
    parts, contents = [], []
    for user, stop in stops:
        name = escape(stop.file_name)
        who = escape(str(user or "–"))
        contents.append(f'<a href="#{name}">{name}</a><br>')
        figures = "".join(
            f'<figure class="{place}"><a href="{file}"><img src="{file}" alt="" loading="lazy"></a>'
            f"<figcaption>{place}, {theme}</figcaption></figure>"
            for place in WIDTHS
            for theme in THEMES
            if (file := escape(picture(stop, place, theme)))
        )
        address = escape(stop.path)
        parts.append(
            f'<section id="{name}"><h2>{name}</h2><p>{who}: {address}</p><div>{figures}</div>'
            "</section>"
        )
    other = {"id": "en", "en": "id"}[language]
    return (
        f'<!doctype html><html lang="{language}"><meta charset="utf-8"><title>{language}</title>'
        f'<style>{STYLE}</style><h1>{language} · <a href="../{other}/index.html">{other}</a></h1>'
        f"<nav>{''.join(contents)}</nav>{''.join(parts)}"
    )
