"""The tree of hashes by which a batch is proved whole, or one of it alone (RFC 6962 §2.1)."""

import hashlib


def merkle_root(leaves: list[bytes]) -> bytes:
    """The root over leaf hashes (RFC 6962 §2.1); an unpaired node is carried up as it is."""
    level = leaves or [hashlib.sha256().digest()]
    while len(level) > 1:
        level = _next_level(level)
    return level[0]


def merkle_path(leaves: list[bytes], index: int) -> list[tuple[str, bytes]]:
    """The siblings from leaf to root (RFC 6962 §2.1.1), each with the side it stands on."""
    path, level = [], leaves
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(("left" if sibling < index else "right", level[sibling]))
        level, index = _next_level(level), index // 2
    return path


def _next_level(level: list[bytes]) -> list[bytes]:
    pairs = [
        hashlib.sha256(b"\x01" + level[i] + level[i + 1]).digest()
        for i in range(0, len(level) - 1, 2)
    ]
    return pairs + level[len(pairs) * 2 :]
