"""Which host belongs to which platform: reviewed facts, read once from platforms/data."""

import csv
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import idna

from .cleaning import clean, fold

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a platform before any address of it is seen."""

    slug: str
    name: str
    host: str  # the first of its hosts
    names: tuple[str, ...]  # every name that a reporter may use, lower case
    everyday_words: frozenset[str]  # those of them that are also ordinary words
    visibility: str
    has_phone_accounts: bool
    has_nearby_search: bool


class Place(NamedTuple):
    """Where a host leads: the platform, and the part of it that has paths of its own."""

    slug: str
    part: str  # "" for the platform's main addresses
    is_short: bool  # an address that only the network can resolve


def _listed(row: dict[str, str], column: str) -> list[str]:
    return [entry for entry in row[column].split(";") if entry]


def _read_facts(row: dict[str, str]) -> Facts:
    names = dict.fromkeys(
        [
            row["name"].lower(),
            row["slug"],
            row["slug"].replace("-", " "),
            *_listed(row, "other_names"),
        ]
    )
    return Facts(
        slug=row["slug"],
        name=row["name"],
        host=_listed(row, "hosts")[0],
        names=tuple(names),
        everyday_words=frozenset(_listed(row, "everyday_words")),
        visibility=row["visibility"],
        has_phone_accounts=row["has_phone_accounts"] == "1",
        has_nearby_search=row["has_nearby_search"] == "1",
    )


def _read_platforms() -> tuple[
    dict[str, Facts], dict[str, Place], dict[str, list[tuple[str, Place]]]
]:
    """The facts by slug, the hosts by name, and the hosts whose first label varies."""
    facts: dict[str, Facts] = {}
    exact: dict[str, Place] = {}
    varying: dict[str, list[tuple[str, Place]]] = {}
    with (DATA / "platforms.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            slug = row["slug"]
            facts[slug] = _read_facts(row)
            places = {f"{sub}.{host}" if sub else host: Place(slug, "", False)
                      for host in _listed(row, "hosts")
                      for sub in ["", *_listed(row, "subdomains")]}  # fmt: skip
            for host in _listed(row, "mirror_hosts"):
                places[host] = places[f"www.{host}"] = Place(slug, "", False)
            for host in _listed(row, "own_path_hosts"):
                places[host] = places[f"www.{host}"] = Place(slug, host, False)
            for host in _listed(row, "short_hosts"):
                places[host] = places[f"www.{host}"] = Place(slug, host, True)
            for host, place in places.items():
                label, _, parent = host.partition(".")
                if "?" in label or "*" in label:
                    varying.setdefault(parent, []).append((label, place))
                elif "*" not in host:
                    exact.setdefault(host, place)
    return facts, exact, varying


FACTS, _HOSTS, _VARYING = _read_platforms()
TLDS = frozenset((DATA / "tlds.txt").read_text(encoding="ascii").split())
_LABELS = {
    "??": re.compile(r"[a-z]{2}"),
    "??-??": re.compile(r"[a-z]{2}-[a-z]{2}"),
    "*": re.compile(r"[a-z0-9][a-z0-9_-]*"),
}
_NAMES = {
    re.sub(r"[^a-z0-9]", "", name): slug for slug, facts in FACTS.items() for name in facts.names
}
_SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC", "GEORGIAN")


def place_of(host: str) -> Place | None:
    """The platform that `host` (lower case) belongs to: an exact host or a known subdomain of
    one, never a host that merely contains the name. For hosts whose first label is the account
    (name.github.io, name.t.me) the part is the pattern, "*.github.io"."""
    found = _HOSTS.get(host)
    if found is not None:
        return found
    label, _, parent = host.partition(".")
    if label == "www":
        return place_of(parent)
    for pattern, place in _VARYING.get(parent, ()):
        if _LABELS[pattern].fullmatch(label):
            return place
    return None


def without_www(host: str) -> str:
    """`host` without the "www." that changes nothing."""
    while host.startswith("www.") and "." in host[4:]:
        host = host[4:]
    return host


def facts_for(hint: str) -> Facts | None:
    """The platform that a reporter means by `hint`: a slug, a name or a host. None: no idea."""
    return FACTS.get(hint) or _facts_named(hint[:100])


@lru_cache(maxsize=4096)
def _facts_named(hint: str) -> Facts | None:
    folded = fold(hint).casefold().strip()
    slug = _NAMES.get(re.sub(r"[^a-z0-9]", "", folded))
    if slug is None:
        host = folded.split("://")[-1].split("/")[0]
        place = place_of(host)
        slug = place.slug if place else None
    return FACTS[slug] if slug else None


def _scripts(label: str) -> set[str]:
    names = (unicodedata.name(letter, "") for letter in label if letter.isalpha())
    return {script for name in names for script in _SCRIPTS if name.startswith(script)}


def plain_host(host: str) -> tuple[str, str]:
    """A softened host with letters beyond ASCII, as the network knows it, and a problem code.

    Out: the ASCII (xn--) form, and "mixed_script_host" when the host imitates another one: mixes
    scripts within a label, or looks like a platform's host without being it. A host whose last
    label no top-level domain has, until its dressed-up letters are read as plain ones, was typed
    by a person: it is read so.
    """
    host = host.lower().strip(".")
    last = host.rpartition(".")[2]
    if not last.isascii() and _encoded(last) not in TLDS and clean(last).lower() in TLDS:
        host = clean(host).lower()
    if host.isascii():
        return host, ""
    is_mixed = any(len(_scripts(label)) > 1 for label in host.split("."))
    is_imitation = is_mixed or place_of(fold(host).lower()) is not None
    return _encoded(host), "mixed_script_host" if is_imitation else ""


def _encoded(host: str) -> str:
    """The xn-- form of `host`: by the rules of names, or letter by letter where they forbid it."""
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        labels = (
            label if label.isascii() else "xn--" + label.encode("punycode").decode("ascii")
            for label in host.split(".")
        )
        return ".".join(labels)


def read_punycode(host: str) -> str:
    """The problem of an xn-- host: "mixed_script_host" when it imitates another one, else ""."""
    labels = []
    for label in host.split("."):
        try:
            labels.append(
                label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
            )
        except UnicodeError:
            labels.append(label)
    shown = ".".join(labels)
    if any(len(_scripts(label)) > 1 for label in labels):
        return "mixed_script_host"
    return "mixed_script_host" if place_of(fold(shown).lower()) else ""
