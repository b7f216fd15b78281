"""What the tests of decisions do again and again."""

from cases import decisions
from cases.models import Case
from tests import world
from tests.world import AT, TEST

A, B = "michat: bunga_77", "michat: melati_12"
BASIS = "UU44-4-2-d"


def fresh(case):
    return Case.objects.get(pk=case.pk)


def uphold(cases, by=None, **facts):
    told = {"bases": [BASIS], "test": TEST, "reasons": "Melanggar.", **facts}
    return decisions.uphold(cases, actor=by or world.ayu(), at=AT, **told)


def error_of(result):
    """Why the only case was refused."""
    (said,) = result.refused
    return said.error
