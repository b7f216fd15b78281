"""The one door in."""

import pytest

from reports.models import ReportItem
from tests import world

pytestmark = pytest.mark.django_db


def test_a_complete_telling_goes_in_with_its_account_named():
    told = world.report("https://www.instagram.com/bunga_77/")
    assert told.outcome == "done"
    assert [(item.platform, item.canonical) for item in told.items] == [("instagram", "bunga_77")]
    assert ReportItem.objects.get(report_id=told.report_id).state == ReportItem.State.RECEIVED
