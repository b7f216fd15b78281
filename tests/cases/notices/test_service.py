"""The moment from which the platform's clock runs."""

from datetime import date, timedelta

import pytest

from cases import notices
from cases.models import Case, Delivery, Notice
from cases.notices import service
from platforms.models import Clause, Commitment
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT, HOUR

from .doing import MINUTE, drain, gather, kinds, make_urgent

pytestmark = pytest.mark.django_db


@pytest.mark.law("PM5-15-6")
def test_an_ordinary_order_is_due_24_clock_hours_after_service():
    made = world.served_notice()
    item = made.items.get()
    assert item.due_at - made.served_at == timedelta(hours=24)
    assert made.due_at == item.due_at
    assert Case.objects.get().due_at == item.due_at


@pytest.mark.law("PM5-15-8", "PM5-14-3")
def test_an_urgent_order_is_due_4_clock_hours_after_service():
    world.michat()
    world.approved_case()
    make_urgent()
    (pk,) = gather().issued
    service.start_clock(pk, at=AT + HOUR, proof={})
    assert Notice.objects.get(pk=pk).due_at == AT + 5 * HOUR


def test_service_happens_once_and_later_copies_change_nothing(mail):
    made = world.served_notice()
    drain(AT + HOUR)
    notices.open_in_portal(made, actor=world.rina(), at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT
    assert made.items.get().delivered_at == AT
    assert kinds(kind="notice.served", thread=f"notice:{made.pk}") == ["notice.served"]


@pytest.mark.django_db(transaction=True)
def test_two_acceptances_at_the_same_moment_serve_once():
    made = world.notice()
    calls = [
        lambda n=n: service.start_clock(made.pk, at=AT + n * MINUTE, proof={}) for n in range(4)
    ]
    assert sorted(at_once(*calls)) == [False, False, False, True]


def test_the_promises_in_force_at_service_are_bound_to_each_item():
    promise = Commitment.objects.create(
        platform=world.michat(), made_by="MiChat", made_to="Kominfo", made_on=date(2021, 3, 19),
        text="…", source="letter",
    )  # fmt: skip
    for leg, source in (("claimed", "public"), ("verified", "police")):
        Clause.objects.create(
            commitment=promise, leg=leg, target_hours=12, valid_from=date(2021, 3, 19),
            reporter_kinds=[source],
        )  # fmt: skip
    item = world.served_notice().items.get()
    Clause.objects.update(target_hours=99)
    item.refresh_from_db()
    assert [(kept["leg"], kept["target_hours"]) for kept in item.clauses] == [("claimed", 12.0)]


def test_a_later_bounce_annuls_the_service_and_the_next_delivery_serves_anew():
    made = world.served_notice()
    first = Delivery.objects.get()
    notices.annul(first.pk, reason="5.1.1 bounced", actor=world.bima(), at=AT + HOUR)
    made.refresh_from_db()
    first.refresh_from_db()
    assert (made.state, made.served_at, made.items.get().due_at) == ("issued", None, None)
    assert (first.state, first.proof["bounce"]) == ("annulled", "5.1.1 bounced")
    notices.open_in_portal(made, actor=world.rina(), at=AT + 2 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + 2 * HOUR


def test_a_bounce_of_one_copy_lets_the_other_copy_stand(mail):
    made = world.served_notice()
    drain(AT + HOUR)
    notices.annul(Delivery.objects.earliest("id").pk, reason="x", actor=world.bima(), at=AT + HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + HOUR
