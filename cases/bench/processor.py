"""How much of the processor programs have used; on a busy machine it is more, never less."""

import os
from collections.abc import Collection
from pathlib import Path

PROC = Path("/proc")
# Of what stands behind the name in /proc/PID/stat: the parent, and the ticks of the program itself
# and of its children that have ended.
PARENT, TICKS = 1, slice(11, 15)


def spent(roots: Collection[int]) -> float | None:
    """The processor seconds of these processes and of all that they have started; None where the
    system does not tell (it is Linux that does)."""
    if not PROC.is_dir():
        return None
    parents, used = {}, {}
    for folder in PROC.glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        pid = int(folder.name)
        parents[pid] = int(words[PARENT])
        used[pid] = sum(map(int, words[TICKS]))
    ticks = sum(count for pid, count in used.items() if _stems_from(pid, roots, parents))
    return ticks / os.sysconf("SC_CLK_TCK")


def _stems_from(pid: int, roots: Collection[int], parents: dict[int, int]) -> bool:
    while pid and pid not in roots:
        pid = parents.get(pid, 0)
    return pid != 0
