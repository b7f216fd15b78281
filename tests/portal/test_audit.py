import base64
import hashlib
import json
from contextlib import closing
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import InternalError, ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from moderation_portal import audit, merkle
from moderation_portal.models import Event, Seal
from moderation_portal.roles import SYSTEM
from tests.world import AT


@pytest.fixture(autouse=True)
def ship_dir(settings, tmp_path):
    settings.SEAL_SHIP_DIR = str(tmp_path / "seals")


def write(count: int, start: int = 0):
    lines = [audit.Line("test.done", f"thing:{n}", SYSTEM) for n in range(start, start + count)]
    audit.record_many(lines, at=AT)


def tamper(sql: str):
    """Changes the record as a thief with the database owner's rights would."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE moderation_portal_event DISABLE TRIGGER event_no_change")
        cursor.execute(sql)
        cursor.execute("ALTER TABLE moderation_portal_event ENABLE TRIGGER event_no_change")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    ["UPDATE moderation_portal_event SET kind = 'x'", "DELETE FROM moderation_portal_event"],
)
def test_an_event_cannot_be_changed_or_deleted(change):
    write(1)
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        connection.cursor().execute(change)


@pytest.mark.django_db
def test_the_record_cannot_be_emptied():
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL portal.allow_truncate = 'off'")
        with pytest.raises(ProgrammingError), transaction.atomic():
            cursor.execute("TRUNCATE moderation_portal_event")


@pytest.mark.django_db
def test_an_event_is_rolled_back_with_the_change_it_tells_of():
    def write_and_fail():
        with transaction.atomic():
            write(1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_record_that_nobody_touched_verifies():
    write(5)
    audit.seal(AT)
    write(3, 5)
    audit.seal(AT)
    assert audit.verify() == audit.Verdict(events=8, seals=2)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("database", "sealed"), [(None, 2), ("postgres", 5)])
def test_a_seal_waits_for_who_may_still_write_here_and_for_nobody_else(database, sealed):
    write(2)
    elsewhere = connection.copy()
    elsewhere.settings_dict["NAME"] = database or connection.settings_dict["NAME"]
    with closing(elsewhere), elsewhere.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_current_xact_id()")
        write(3)
        made = audit.seal(AT)
    assert made.size == sealed


@pytest.mark.django_db(transaction=True)
def test_a_transaction_does_not_seal_what_it_has_yet_to_commit():
    with transaction.atomic():
        write(2)
        assert audit.seal(AT) is None


@pytest.mark.django_db(transaction=True)
def test_nothing_new_makes_no_seal():
    write(1)
    assert audit.seal(AT).size == 1
    assert audit.seal(AT) is None


@pytest.mark.django_db(transaction=True)
def test_an_edited_event_is_named():
    write(5)
    audit.seal(AT)
    bad = Event.objects.all()[3]
    tamper(f"UPDATE moderation_portal_event SET actor_name = 'somebody else' WHERE id = {bad.pk}")
    assert audit.verify().first_bad.startswith(f"event {bad.pk} ")


@pytest.mark.django_db(transaction=True)
def test_a_deleted_event_is_noticed():
    write(5)
    audit.seal(AT)
    last = Event.objects.last()
    tamper(f"DELETE FROM moderation_portal_event WHERE id = {last.pk}")
    assert "5 sealed, 4 found" in audit.verify().first_bad


@pytest.mark.django_db(transaction=True)
def test_a_rewritten_seal_does_not_fit_its_signature():
    write(2)
    audit.seal(AT)
    write(1, 2)
    leaves = b"".join(audit._batch(connection.cursor(), audit.Stretch(0, 2**62, 0, 2**62))[1])
    with connection.cursor() as cursor:
        cursor.execute(audit.HORIZON)
        to_tx = cursor.fetchone()[0]
    root = merkle.merkle_root([leaves[i : i + 32] for i in range(0, len(leaves), 32)]).hex()
    last = Event.objects.latest("pk").pk
    Seal.objects.update(size=3, last_event=last, leaves=leaves, root=root, to_tx=to_tx)
    assert "signature" in audit.verify().first_bad


@pytest.mark.django_db(transaction=True)
def test_a_seal_deleted_with_its_events_is_missed():
    write(2)
    audit.seal(AT)
    Seal.objects.all().delete()
    assert "1 seals that were shipped are gone" in audit.verify().first_bad


@pytest.mark.django_db(transaction=True)
def test_seals_that_could_not_be_shipped_are_shipped_with_the_next(settings):
    away = Path(settings.SEAL_SHIP_DIR)
    away.touch()
    for _ in range(2):
        write(1)
        with pytest.raises(FileExistsError):
            audit.seal(AT)
    away.unlink()
    away.mkdir()
    first, second = (f"seal-{made.pk:08d}" for made in Seal.objects.order_by("pk"))
    (away / f"{second}.part").mkdir()
    write(1)
    with pytest.raises(IsADirectoryError):
        audit.seal(AT)
    assert [file.name for file in away.glob("*.json")] == [f"{first}.json"]
    (away / f"{second}.part").rmdir()
    write(1)
    assert audit.seal(AT)
    assert len(list(away.glob("*.json"))) == Seal.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_seal_that_could_not_be_shipped_is_shipped_though_nothing_new_happens(settings):
    away = Path(settings.SEAL_SHIP_DIR)
    away.touch()
    write(1)
    with pytest.raises(FileExistsError):
        audit.seal(AT)
    away.unlink()
    assert audit.seal(AT) is None
    assert len(list(away.glob("*.json"))) == 1


@pytest.mark.django_db(transaction=True)
def test_one_event_is_proved_to_an_outsider_alone():
    write(7)
    audit.seal(AT)
    proof = audit.proof(Event.objects.all()[4].pk)
    node = hashlib.sha256(b"\x00" + proof["event"].encode()).digest()
    for side, sibling in proof["path"]:
        pair = bytes.fromhex(sibling) + node if side == "left" else node + bytes.fromhex(sibling)
        node = hashlib.sha256(b"\x01" + pair).digest()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(proof["public_key"]))
    key.verify(base64.b64decode(proof["signature"]), proof["seal"].encode())
    assert node.hex() == proof["root"] == json.loads(proof["seal"])["root"]


@given(st.integers(1, 70))
def test_every_leaf_has_a_path_to_the_root(size):
    leaves = [hashlib.sha256(bytes([n])).digest() for n in range(size)]
    root = merkle.merkle_root(leaves)
    for index, node in enumerate(leaves):
        for side, sibling in merkle.merkle_path(leaves, index):
            pair = sibling + node if side == "left" else node + sibling
            node = hashlib.sha256(b"\x01" + pair).digest()
        assert node == root


def write_elsewhere(count: int):
    """Events as a server writes them into which a dump was read: it has begun to count anew."""
    with connection.cursor() as cursor:
        for number in range(1, count + 1):
            cursor.execute(
                "INSERT INTO moderation_portal_event"
                " (at, kind, subject, thread, actor_role, actor_name, tx)"
                " VALUES (%s, 'test.done', 'thing', 'thing', 'system', 'x', %s::text::xid8)",
                [AT, str(number)],
            )


@pytest.fixture
def moved(transactional_db):
    """Two events that were sealed, two that were not when the dump was made, three of another
    server; its first ones, one by one."""
    write(2)
    audit.seal(AT)
    write(2)
    write_elsewhere(3)
    return list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_what_another_server_wrote_into_a_dump_is_no_change_of_the_record(moved):
    assert audit.verify() == audit.Verdict(2, 1, "", 2)


def test_another_server_seals_what_was_left_and_then_its_own(moved):
    assert [audit.seal(AT).size for _ in range(2)] == [2, 3]
    assert audit.seal(AT) is None
    write(1)
    assert audit.seal(AT).size == 1
    assert audit.verify() == audit.Verdict(8, 4, "", 2)
    for pk in moved:
        proof = audit.proof(pk)
        assert json.loads(proof["event"])[0] == pk
        assert proof["root"] == json.loads(proof["seal"])["root"]


@pytest.mark.parametrize("place", range(7))
def test_an_event_that_is_edited_is_named_whichever_server_wrote_it(moved, place):
    while audit.seal(AT):
        pass
    tamper(f"UPDATE moderation_portal_event SET subject = 'other' WHERE id = {moved[place]}")
    assert f"event {moved[place]} " in audit.verify().first_bad
