"""The rules of the house that a machine can keep."""

import ast
import importlib
import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from cases import links, table
from cases.models import CaseState
from cases.notices import issuing
from moderation_portal import account_mail, middleware, outbox
from moderation_portal.admin import RecordedAdmin
from moderation_portal.models import User
from moderation_portal.roles import Role
from reports import reporter_mail

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


GUARDED, FIELDS = {"Case", "Target"}, {"state", "outcome"}
WRITES_STATE = {Path("cases/lifecycle.py")}
RELATED = {"targets": "Target", "cases": "Case", "deliveries": "Delivery", "items": "NoticeItem"}
# Rows of these have a state or an outcome of their own, and are called by these names alone.
NOT_CASES = {"notice", "delivery", "decision", "job", "change", "draft", "telling", "petition"}
NOT_CASES |= {"dispute", "fine", "block", "restoring", "appeal"}
UPDATES = re.compile(
    r"UPDATE\s+cases_(?:case|target)\b.*?\bSET\b(.*?)(?:\bFROM\b|\bWHERE\b|$)", re.S
)
UPSERTS = re.compile(r"INSERT INTO cases_(?:case|target)\b.*?\bDO UPDATE SET\b(.*)", re.S)
SETS = re.compile(r"(?:^|,)\s*(?:\w+\.)?(?:state|outcome)\s*=")


def root(node: ast.expr) -> tuple[str, list[str]]:
    """Where a chain of calls and attributes begins, and the attributes on its way."""
    way: list[str] = []
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call | ast.Subscript):
            node = node.func if isinstance(node, ast.Call) else node.value
        elif isinstance(node, ast.Attribute):
            way.append(node.attr)
            node = node.value
        else:
            return "?", way
    return node.id, way


def model_of(chain: ast.expr, inside: ast.AST) -> str:
    """The model whose rows a queryset picks, looked up through the assignments of its function."""
    name, way = root(chain)
    for _step in range(5):
        for step in way:
            if step in RELATED:
                return RELATED[step]
        if name[:1].isupper() or name == "?":
            return name
        given = [
            one.value
            for one in ast.walk(inside)
            if isinstance(one, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id == name for target in one.targets)
        ]
        if not given:
            return name
        name, way = root(given[0])
    return name


def words(node: ast.AST) -> set[str]:
    return {
        one.value
        for one in ast.walk(node)
        if isinstance(one, ast.Constant) and isinstance(one.value, str)
    }


def is_guilty_call(call: ast.Call, inside: ast.AST) -> bool:
    given = {word.arg for word in call.keywords}
    if isinstance(call.func, ast.Name):
        if call.func.id == "setattr" and len(call.args) > 1:
            return bool(words(call.args[1]) & FIELDS)
        return call.func.id in GUARDED and bool(given & FIELDS)
    if not isinstance(call.func, ast.Attribute):
        return False
    if call.func.attr == "bulk_update":
        return bool(words(call) & FIELDS) and model_of(call.func.value, inside) in GUARDED
    if call.func.attr not in {"update", "create", "update_or_create", "get_or_create"}:
        return False
    model = model_of(call.func.value, inside)
    named = call.func.attr == "update" and bool(given & FIELDS) and not model[:1].isupper()
    return named or (model in GUARDED and bool(given & {*FIELDS, None}))


def is_guilty_assignment(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)):
        return False
    return node.attr in FIELDS and root(node.value)[0] not in NOT_CASES | {"self"}


def state_writes(module: ast.Module) -> Iterator[int]:
    """The lines that write the state or the outcome of a case or an account, or may do so."""
    functions = [one for one in ast.walk(module) if isinstance(one, ast.FunctionDef)]
    for inside in [*functions, module]:
        for node in ast.walk(inside):
            if isinstance(node, ast.Call):
                is_guilty = inside is not module and is_guilty_call(node, inside)
            else:
                is_guilty = is_guilty_assignment(node)
            if is_guilty:
                yield node.lineno
    yield from sql_writes(module)


def sql_writes(module: ast.Module) -> Iterator[int]:
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            sets = [*UPDATES.findall(node.value), *UPSERTS.findall(node.value)]
            if any(SETS.search(part) for part in sets):
                yield node.lineno


@pytest.mark.parametrize("path", [p for p in sources() if p not in WRITES_STATE], ids=str)
def test_case_state_is_written_by_the_lifecycle_alone(path):
    """The rooms to the left cannot name a case, but in SQL."""
    find = state_writes if path.parts[0] == "cases" else sql_writes
    assert sorted(set(find(tree(path)))) == []


@pytest.mark.parametrize(
    "written",
    [
        "case.state = 'closed'",
        "held.cases[0].outcome = 'gone'",
        "target.state, target.closed_at = 'gone', at",
        "setattr(row, 'state', 'closed')",
        "Case.objects.filter(pk=1).update(state='closed')",
        "Case.objects.filter(pk=1).update(**values)",
        "here = Target.objects.filter(pk=1)\n    here.exclude(pk=2).update(state='gone')",
        "case.targets.update(state='gone')",
        "anything.update(state='gone')",
        "Target.objects.bulk_update(rows, ['state'])",
        "Case.objects.create(state='closed')",
        "run('UPDATE cases_case c SET due_at = now(), state = %s FROM given WHERE true')",
        "run('UPDATE cases_target SET outcome = %s')",
        "run('INSERT INTO cases_case (id) SELECT 1 ON CONFLICT DO UPDATE SET state = 1')",
    ],
)
def test_a_state_written_past_the_lifecycle_is_found(written):
    assert list(state_writes(ast.parse(f"def verb():\n    {written}\n")))


@pytest.mark.parametrize(
    "written",
    [
        "notice.state = 'served'",
        "quiet = notice.deliveries.filter(a=1)\n    quiet.update(state='void')",
        "Notice.objects.filter(pk=1).update(state='served')",
        "Case.objects.filter(state='closed').update(owner=None)",
        "run('UPDATE cases_case SET due_at = 1 WHERE state = 2')",
        "values.update(other)",
    ],
)
def test_what_writes_no_case_s_state_passes(written):
    assert not list(state_writes(ast.parse(f"def verb():\n    {written}\n")))


WRITES_SQL = re.compile(rf"(?:UPDATE|INSERT INTO|DELETE FROM|COPY)\s+({'|'.join(ROOMS)})_")


@pytest.mark.parametrize("path", sources(), ids=str)
def test_sql_writes_the_tables_of_its_own_room_only(path):
    texts = (node.value for node in ast.walk(tree(path)) if isinstance(node, ast.Constant))
    written = {room for text in texts if isinstance(text, str) for room in WRITES_SQL.findall(text)}
    assert written <= {path.parts[0]}


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


# Their topics are the table's and the periodic ones, which are asked directly.
SENDS_WHAT_IS_LISTED = {Path("cases/lifecycle.py"), Path("moderation_portal/pump.py")}


def topics_sent(path: Path) -> Iterator[str]:
    """The topic of each message that a module makes; a constant is asked of the module itself."""
    for node in ast.walk(tree(path)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func) not in {"outbox.enqueue", "outbox.Message"}:
            continue
        topic = (
            node.args[0] if node.args else next(w.value for w in node.keywords if w.arg == "topic")
        )
        if isinstance(topic, ast.Constant):
            yield topic.value
        elif path not in SENDS_WHAT_IS_LISTED:
            module = importlib.import_module(".".join(path.with_suffix("").parts))
            yield attrgetter(ast.unparse(topic))(module)


def test_every_topic_that_is_sent_is_heard():
    sent = {topic for path in sources() for topic in topics_sent(path)}
    assert {account_mail.TOPIC, reporter_mail.TOPIC, links.TOPIC, issuing.SEND, "job.step"} <= sent
    sent |= set(outbox.PERIODIC) | {topic for row in table.TABLE for topic in row.topics}
    assert sent <= set(outbox.HANDLERS), sent - set(outbox.HANDLERS)


@pytest.mark.parametrize("path", sources(), ids=str)
def test_messages_are_made_under_the_outbox_s_own_name(path):
    """Under another name the rule above would not see them."""
    taken = {
        alias.name
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1] == "outbox"
        for alias in node.names
    }
    assert not taken & {"enqueue", "enqueue_many", "Message"}


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


def closed_addresses() -> list[str]:
    return [
        example(path)
        for path, pattern, spaces in addresses()
        if pattern.name not in middleware.PUBLIC_NAMES
        and not settings.PUBLIC_NAMESPACES & set(spaces)
    ]


@pytest.mark.parametrize("method", ["get", "post"])
def test_every_address_wants_a_sign_in_or_is_on_the_public_list(client, db, method):
    open_doors = []
    for address in closed_addresses():
        assert not middleware.is_public(resolve(address)), f"{address} is answered by a public view"
        answer = getattr(client, method)(address)
        if answer.status_code == 302:
            is_closed = urlsplit(answer["Location"]).path == reverse("account_login")
        else:
            is_closed = answer.status_code in {401, 403}
        if not is_closed:
            open_doors.append((address, answer.status_code))
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
