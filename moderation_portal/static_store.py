"""How a deployment keeps its style and scripts: without what only their readers need, named by
their content, compressed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

SLIMMERS = {".css": cssmin, ".js": jsmin}


def slim(name: str, content: bytes) -> bytes:
    """A style or script without its comments and indentation; any other file as it is."""
    for ending, slimmer in SLIMMERS.items():
        if name.endswith(ending) and not name.endswith(f".min{ending}"):
            return slimmer(content.decode()).encode()
    return content


@dataclass(frozen=True)
class Slimmed:
    """A store whose files are slimmed as they are read."""

    source: Storage

    def open(self, name: str) -> File:
        """The slimmed file of this name."""
        with self.source.open(name) as file:
            return ContentFile(slim(name, file.read()), name)


class StaticStore(CompressedManifestStaticFilesStorage):
    """Whitenoise's store, fed with slimmed files."""

    def post_process(self, paths: Mapping[str, Any], *rest: Any, **options: Any) -> Iterator[Any]:
        slimmed = {name: (Slimmed(source), path) for name, (source, path) in paths.items()}
        yield from super().post_process(slimmed, *rest, **options)
