"""Parts are kept running, and stopped in order."""

import os
import select
import signal
import sys
from pathlib import Path

import pytest

from moderation_portal.launch.supervisor import (
    SERVERS,
    Part,
    Supervisor,
    pause_before_restart,
)
from moderation_portal.launch.telling import Stop

PATIENCE = 60  # seconds; a busy machine ends nothing at once
WAIT_FOR_EVER = "import signal; signal.pause()"
TELL_WHEN_STOPPED = """
import pathlib, signal, sys
def leave(*_):
    with open(sys.argv[2], "a") as log:
        log.write(sys.argv[1] + " ")
    sys.exit()
signal.signal(signal.SIGTERM, leave)
pathlib.Path(sys.argv[3]).touch()
signal.pause()
"""
WILL_NOT_STOP = """
import pathlib, signal, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
while True:
    signal.pause()
"""
LEAVES_A_CHILD = """
import pathlib, signal, subprocess, sys
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
fresh = pathlib.Path(sys.argv[1] + ".new")
fresh.write_text(str(child.pid))
fresh.rename(sys.argv[1])
signal.pause()
"""


def part(tmp_path: Path, code: str, *words: str, **more: object) -> Part:
    command = [sys.executable, "-c", code, *words]
    return Part(name="part", command=command, env=dict(os.environ), cwd=tmp_path, **more)


def kill(process_id: int) -> None:
    """Kills, and waits until the process is dead but not yet noticed by its owner."""
    os.kill(process_id, signal.SIGKILL)
    os.waitid(os.P_PID, process_id, os.WEXITED | os.WNOWAIT)


def is_alive(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_a_part_that_dies_at_once_is_told_with_the_end_of_its_log(tmp_path):
    broken = part(tmp_path, "raise SystemExit('no such thing')", is_ready=lambda: False)
    with (
        Supervisor(tmp_path) as supervisor,
        pytest.raises(Stop, match=r"(?s)part stopped \(exit 1\).*no such thing"),
    ):
        supervisor.start(broken)


def test_a_part_that_never_gets_ready_is_told_and_stopped(tmp_path):
    slow = part(tmp_path, WAIT_FOR_EVER, is_ready=lambda: False)
    with (
        Supervisor(tmp_path) as supervisor,
        pytest.raises(Stop, match="did not get ready"),
    ):
        supervisor.start(slow, ready_seconds=0.0)


def test_a_killed_part_runs_again_after_its_pause(tmp_path, capsys):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(part(tmp_path, WAIT_FOR_EVER))
        first = supervisor.process_ids()["part"]
        kill(first)
        supervisor.look_after(now=1000.0)
        assert supervisor.process_ids()["part"] == first
        supervisor.look_after(now=1000.0 + pause_before_restart(1))
        second = supervisor.process_ids()["part"]
        assert second != first
        assert is_alive(second)
    assert "part stopped (signal 9)" in capsys.readouterr().out
    assert not is_alive(second)


def test_a_part_that_keeps_dying_waits_longer_each_time(tmp_path, capsys):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(part(tmp_path, WAIT_FOR_EVER))
        now = 1000.0
        for _ in range(3):
            kill(supervisor.process_ids()["part"])
            supervisor.look_after(now)
            now += 50.0
            supervisor.look_after(now)
    told = capsys.readouterr().out
    assert [f"again in {pause} s" in told for pause in ("0.5", "1", "2")] == [True] * 3


def test_what_a_dead_part_left_behind_is_gone_before_it_starts_again(tmp_path):
    note = tmp_path / "child"
    parent = part(tmp_path, LEAVES_A_CHILD, str(note), is_ready=note.exists)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(parent)
        child = int(note.read_text())
        assert is_alive(child)
        ending = os.pidfd_open(child)
        kill(supervisor.process_ids()["part"])
        supervisor.look_after(now=1000.0)
        supervisor.look_after(now=1001.0)
        assert select.select([ending], [], [], PATIENCE)[0], "it was told to end"
        os.close(ending)


def test_programs_stop_before_the_servers_that_they_talk_to(tmp_path):
    log = tmp_path / "order"
    parts = []
    for name, more in {"server": {"tier": SERVERS}, "program": {}}.items():
        ready = tmp_path / f"{name}-ready"
        words = (name, str(log), str(ready))
        parts.append(part(tmp_path, TELL_WHEN_STOPPED, *words, is_ready=ready.exists, **more))
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(*parts)
    assert log.read_text() == "program server "


def test_what_will_not_stop_in_its_time_is_killed(tmp_path, capsys):
    ready = tmp_path / "ready"
    stubborn = part(tmp_path, WILL_NOT_STOP, str(ready), is_ready=ready.exists, stop_seconds=0.05)
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(stubborn)
        process_id = supervisor.process_ids()["part"]
    assert not is_alive(process_id)
    assert "would not stop" in capsys.readouterr().out


def test_logs_are_for_their_owner_only(tmp_path):
    with Supervisor(tmp_path) as supervisor:
        supervisor.start(part(tmp_path, WAIT_FOR_EVER))
    assert (tmp_path / "part.log").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1.0), (3, 2.0), (7, 30.0)])
def test_pauses_grow_to_half_a_minute(failures, seconds):
    assert pause_before_restart(failures) == seconds


def test_pauses_stay_at_half_a_minute_for_ever():
    assert pause_before_restart(5000) == 30.0
