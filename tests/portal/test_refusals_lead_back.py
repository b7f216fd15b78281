"""The page of a refusal leads back to where somebody came from, and nowhere else."""

import pytest
from django.test import RequestFactory

from moderation_portal import middleware


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/cases/?view=mine", "http://testserver/cases/?view=mine"),
        ("https://evil.example/sign-in/", ""),
        ("http://testserver.evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_a_refusal_leads_back_to_no_other_site(referer, back):
    request = RequestFactory().get("/cases/", headers={"referer": referer})
    assert middleware._back(request) == back
