"""How a journey is made: with scripts in one language, and without them in the other.

`each_way` and `other_way` differ in which language has the scripts; among the journeys, every pair
of language and script occurs.
"""

import pytest

IDS = ["with scripts", "without scripts"]
each_way = pytest.mark.parametrize(
    "how",
    [{"language": "id", "is_scripted": True}, {"language": "en", "is_scripted": False}],
    ids=IDS,
)
other_way = pytest.mark.parametrize(
    "how",
    [{"language": "en", "is_scripted": True}, {"language": "id", "is_scripted": False}],
    ids=IDS,
)
