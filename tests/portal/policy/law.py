"""The texts of the law, and the days on which the tests ask for it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

LAW = Path(__file__).resolve().parents[4] / "shared" / "data" / "indonesia"
AT_2021 = datetime(2021, 3, 21, 8, tzinfo=UTC)
AT_2026 = datetime(2026, 11, 21, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def needs(file: str) -> Path:
    """A file of the law's texts; without it the test is skipped, and says so."""
    if not (LAW / file).is_file():
        pytest.skip(f"THE TEXTS OF THE LAW ARE NOT HERE: {file} is looked for in {LAW}")
    return LAW / file
