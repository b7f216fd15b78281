"""The rules of the house that a machine can keep."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver

from cases import table
from cases.models import CaseState
from moderation_portal import middleware, outbox
from moderation_portal.admin import RecordedAdmin
from moderation_portal.models import User
from moderation_portal.roles import Role

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ["moderation_portal", "platforms", "reports", "cases"]
MAY_NAME_APPS = {"settings.py", "urls.py", "celery.py"}
MAY_READ_THE_CLOCK = {Path("moderation_portal/clock.py")}
NO_DJANGO = {Path("moderation_portal/launch"), Path("moderation_portal/mailcatcher.py")}
CLOCK_READERS = {"now", "utcnow", "today", "time_ns"}
# A host was perhaps never the platform's; the triggers keep what stood there.
DELETE_ROWS = {"HostInline"}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "common", "manager"}
LONGEST_FILE, LONGEST_FUNCTION = 400, 40


def sources() -> list[Path]:
    return [
        path.relative_to(ROOT)
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def is_launcher(path: Path) -> bool:
    return any(path == place or place in path.parents for place in NO_DJANGO)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_a_room_imports_only_from_the_rooms_to_its_left(path):
    here = ROOMS.index(path.parts[0])
    if here == 0 and path.name in MAY_NAME_APPS:
        return
    to_the_right = set(ROOMS[here + 1 :])
    wrong = {name for name in imported(path) if name.split(".")[0] in to_the_right}
    assert not wrong, f"{path} imports {wrong}"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_only_the_clock_reads_the_clock(path):
    if path in MAY_READ_THE_CLOCK or is_launcher(path):
        return
    reads = [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in CLOCK_READERS
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id == "clock")
    ]
    assert not reads


@pytest.mark.parametrize("path", sources(), ids=str)
def test_files_and_functions_stay_small(path):
    lines = (ROOT / path).read_text(encoding="utf-8").count("\n")
    assert lines <= LONGEST_FILE, f"{path} has {lines} lines"
    long = [
        f"{path}:{node.lineno} {node.name}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", sources(), ids=str)
def test_imports_stand_at_the_top(path):
    inside = [
        f"{path}:{inner.lineno} in {function.name}"
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef) and function.name != "ready"
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not inside


def test_no_room_is_called_by_a_word_that_says_nothing():
    names = {part.removesuffix(".py") for path in sources() for part in path.parts}
    assert not names & FORBIDDEN_NAMES


def test_case_state_is_written_by_the_lifecycle_alone():
    writes = re.compile(r"(?<![\w.])(case|cases\w*)\.(state|outcome)\s*=(?!=)")
    guilty = [
        str(path)
        for path in sources()
        if path != Path("cases/lifecycle.py") and writes.search((ROOT / path).read_text("utf-8"))
    ]
    assert not guilty


def test_every_transition_starts_from_and_leads_to_a_known_state():
    states = set(CaseState.values)
    for row in table.TABLE:
        assert set(row.sources) <= states
        assert row.target is None or row.target in states


def test_every_state_can_be_reached_and_left():
    reached = {row.target for row in table.TABLE}
    left = {source for row in table.TABLE if row.target for source in row.sources}
    assert set(CaseState.values) - {CaseState.NEW} <= reached
    assert set(CaseState.values) <= left


def test_every_topic_that_is_sent_is_heard():
    sent = set(outbox.PERIODIC) | {topic for row in table.TABLE for topic in row.topics}
    call = re.compile(r"(?:enqueue|Message)\(\s*\"([a-z_.]+)\"")
    for path in sources():
        sent |= set(call.findall((ROOT / path).read_text("utf-8")))
    assert sent, "no topic found: the pattern above is stale"
    assert sent <= set(outbox.HANDLERS), sent - set(outbox.HANDLERS)


def addresses(patterns=None, prefix="") -> Iterator[tuple[str, URLPattern, list[str]]]:
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            for path, pattern, spaces in addresses(entry.url_patterns, prefix + str(entry.pattern)):
                yield path, pattern, ([entry.namespace] if entry.namespace else []) + spaces
        else:
            yield prefix + str(entry.pattern), entry, []


def example(path: str) -> str:
    path = re.sub(r"<(?:int|year):\w+>", "1", path)
    path = re.sub(r"<\w+:\w+>|<\w+>|\(\?P<\w+>[^)]*\)", "x", path)
    return "/" + re.sub(r"[\^$\\]", "", path).lstrip("/")


def test_every_address_wants_a_sign_in_or_is_on_the_public_list(client, db):
    open_doors = []
    for path, pattern, spaces in addresses():
        if pattern.name in middleware.PUBLIC_NAMES or middleware.PUBLIC_NAMESPACES & set(spaces):
            continue
        response = client.get(example(path))
        turned_away = (
            response.status_code in {401, 403, 404, 405}
            or (
                response.status_code in {301, 302}
                and "/account/login" in response.headers["Location"]
            )
            or response.status_code in {301}
        )
        if not turned_away:
            open_doors.append((example(path), response.status_code))
    assert not open_doors


def reference_admins() -> list[admin.ModelAdmin]:
    return [kept for model, kept in admin.site._registry.items() if model._meta.app_label in ROOMS]


def ids(kept) -> str:
    return type(kept).__name__


@pytest.mark.parametrize("kept", reference_admins(), ids=ids)
def test_what_stewards_change_is_recorded_and_nothing_is_deleted(kept, rf):
    request = rf.get("/")
    request.user = User(role=Role.STEWARD)
    assert isinstance(kept, RecordedAdmin)
    assert not kept.has_delete_permission(request)
    for inline in kept.get_inline_instances(request):
        may_delete = inline.has_delete_permission(request)
        assert may_delete == (type(inline).__name__ in DELETE_ROWS), type(inline)


def test_nobody_sleeps_until_a_due_time():
    for path in sources():
        if is_launcher(path):
            continue
        text = (ROOT / path).read_text("utf-8")
        assert not re.search(r"countdown=|\beta=|self\.retry\(|autoretry_for", text), path
