"""How a deployment keeps its style and scripts."""

import brotli
import pytest
from django.conf import settings
from django.core.files.storage import FileSystemStorage

from moderation_portal.static_store import StaticStore, slim

SOURCES = FileSystemStorage(settings.BASE_DIR / "static")


@pytest.fixture
def store(tmp_path):
    return StaticStore(location=tmp_path, base_url="/static/")


@pytest.mark.parametrize("name", ["portal.css", "portal.js", "public.js"])
def test_what_only_readers_of_the_source_need_stays_at_home(store, tmp_path, name):
    (tmp_path / name).write_bytes(SOURCES.open(name).read())
    assert list(store.post_process({name: (SOURCES, name)}))
    kept = tmp_path / store.stored_name(name)
    assert kept.name != name
    source = SOURCES.open(name).read()
    assert b"/*" in source
    assert b"/*" not in kept.read_bytes()
    assert len(kept.read_bytes()) < len(source)
    compressed = kept.with_name(f"{kept.name}.br").read_bytes()
    assert brotli.decompress(compressed) == kept.read_bytes()


@pytest.mark.parametrize("name", ["htmx.min.js", "favicon.svg", "anything.txt"])
def test_what_is_no_style_or_script_of_ours_is_kept_as_it_is(name):
    content = b"/* as it came */  {  }\n"
    assert slim(name, content) == content
