"""Mistakes of shape are told with file and line."""

import re

import pytest

from moderation_portal import policy
from moderation_portal.policy import PackError


def test_broken_yaml_is_told_with_file_and_line(edited):
    with pytest.raises(PackError, match=r"indonesia/categories\.yaml, line 5: "):
        policy.read(edited("categories.yaml", "categories:", "categories: ]"))


def test_a_key_given_twice_is_told_with_file_and_line(edited):
    folder = edited("pack.yaml", "    place: Jakarta\n", "    place: Jakarta\n    place: Bandung\n")
    with pytest.raises(PackError, match=r"pack\.yaml, line \d+: “place” is given twice"):
        policy.read(folder)


def test_a_day_that_is_not_in_the_calendar_is_told_with_file_and_line(edited):
    folder = edited("pack.yaml", "valid_from: 20", "valid_from: 2021-02-30  # 20")
    with pytest.raises(PackError, match=r"pack\.yaml, line \d+: “2021-02-30” is no day"):
        policy.read(folder)


def test_every_mistake_of_shape_is_told_at_once(edited):
    named = "    agency: {id: Badan Narkotika Nasional, en: National Narcotics Agency}\n"
    edited("units.yaml", named, "")
    edited("units.yaml", "unit: trustpositif", "unti: trustpositif")
    folder = edited("pack.yaml", "hold_days: 14", "hold_days: two weeks")
    with pytest.raises(PackError) as caught:
        policy.read(folder)
    told = "\n".join(caught.value.problems)
    assert re.search(r"units\.yaml, line \d+: Unit “bnn” lacks “agency”", told)
    assert re.search(r"units\.yaml, line \d+: Route knows no “unti”", told)
    assert re.search(r"pack\.yaml, line \d+: “two weeks” is not a whole number", told)


def test_a_folder_that_is_no_pack_is_refused(tmp_path):
    with pytest.raises(PackError, match=r"pack\.yaml is missing"):
        policy.read(tmp_path)
