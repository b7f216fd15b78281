"""A case about a feature goes the way of every case, apart from accounts, and without warnings."""

from dataclasses import replace

import pytest

from cases import answers, decisions, ladder, merging, notices, opening, systemic
from cases.answers import Given
from cases.models import Answer, Case, CaseState, Delivery, Notice, Systemic, Target, TargetState
from cases.systemic import Aim
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from moderation_portal.roles import PUBLIC
from platforms.models import Feature
from reports import intake
from reports.intake import Line, ReporterFacts
from reports.models import Report, ReportedAccount, ReporterKind
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ASKED = "Turn the search off for users under 18 and add a button to report."
DAY = 24 * HOUR
TEST = {
    "legality": "It is used to offer sexual services.",
    "aim": "It protects minors.",
    "remedy": "feature",
    "necessity": "Accounts that are closed are replaced within the hour.",
}


def feature(**facts) -> Feature:
    named = {"name_id": "Pencarian sekitar", "name_en": "Search nearby"} | facts
    return Feature.objects.get_or_create(
        platform=world.michat(), code="nearby_search", defaults=named
    )[0]


def aim(**facts) -> Aim:
    said = {"feature": feature(), "category": "prostitution", "asked": ASKED, "reason": "Why."}
    return Aim(**said | facts)


def opened(*pattern, actor=None, **facts) -> Case:
    shown_by = pattern or (world.case(),)
    return systemic.open_case(aim(**facts), shown_by, actor=actor or world.ayu(), at=AT)


def ordered(case=None) -> Notice:
    case = case or opened()
    world.approve(world.uphold(case, world.ayu(), test=TEST), world.sri())
    notices.gather(AT, is_asked=True)
    return Notice.objects.get(items__target__case=case)


def served(case=None) -> Notice:
    notice = ordered(case)
    delivery = Delivery.objects.create(
        notice=notice, contact=notice.platform.contacts.order_by("rung").first(),
        purpose="notice", step=notice.rung, attempt=1, state=Delivery.State.ACCEPTED,
        started_at=AT, ended_at=AT, proof={"channel": "email"},
    )  # fmt: skip
    notices.serve(delivery)
    notice.refresh_from_db()
    return notice


def test_it_comes_in_by_the_one_door_and_opens_a_case_of_its_own():
    shown_by = world.case()
    case = opened(shown_by)
    report = Report.objects.get(pk=case.report_id)
    assert (report.reporter.kind, report.category) == (ReporterKind.REGULATOR, "prostitution")
    target = Target.objects.select_related("account").get(case=case)
    assert (target.account.kind, target.account.url) == ("feature", "")
    assert target.account.display == "Pencarian sekitar / Search nearby"
    made = Systemic.objects.get(case=case)
    assert (made.asked, list(made.pattern.all())) == (ASKED, [shown_by])
    assert Event.objects.filter(kind="case.aimed_at_feature", thread=case.thread).exists()
    assert opening.open_or_join([case.report_id], at=AT).cases == (), "the worker finds it done"


@pytest.mark.parametrize("who", [world.auditor, world.polisi, world.rina, world.steward, world.ngo])
def test_only_staff_opens_one(who):
    with pytest.raises(Refused):
        opened(actor=who())
    assert not Systemic.objects.exists()


@pytest.mark.parametrize("who", [world.ngo, world.lurah, world.polisi])
def test_nobody_else_tells_of_a_feature_by_the_door_itself(who):
    actor, line = who(), Line("nearby_search", feature=feature())
    kind = "organisation" if actor.role == "organisation" else actor.role
    told = intake.Telling(
        reporter=ReporterFacts(kind=kind, user=actor),
        channel=Report.Channel.WEB,
        category="prostitution",
        lines=(line,),
        reason="Why.",
    )
    (received,) = intake.receive([told], actor=actor, at=AT)
    assert received.outcome == intake.REFUSED
    assert not ReportedAccount.objects.filter(kind="feature").exists()


@pytest.mark.parametrize("text", ["feature:nearby_search", "nearby_search", "sealed:nearby_search"])
def test_no_text_of_a_report_names_a_feature(text):
    feature()
    told = replace(world.telling(), lines=(Line(text, "michat"),))
    intake.receive([told], actor=PUBLIC, at=AT)
    assert not ReportedAccount.objects.filter(kind="feature").exists()


@pytest.mark.parametrize(
    ("field", "facts"), [("asked", {"asked": " "}), ("reason", {"reason": ""})]
)
def test_what_is_missing_is_named_by_its_field(field, facts):
    with pytest.raises(Invalid) as caught:
        opened(**facts)
    assert set(caught.value.detail["fields"]) == {field}


def test_a_pattern_is_shown_by_cases_of_that_platform_that_one_may_see():
    sealed, stranger = world.child_case(), world.case("wa.me/6281234567890")
    for pattern in ((), (sealed,), (stranger,)):
        with pytest.raises(Invalid) as caught:
            systemic.open_case(aim(), pattern, actor=world.ayu(), at=AT)
        assert set(caught.value.detail["fields"]) == {"pattern"}
    with pytest.raises(Invalid):
        systemic.open_case(aim(), (sealed,), actor=world.citra(), at=AT)


def test_one_case_on_a_feature_is_open_at_a_time():
    case = opened()
    with pytest.raises(Conflict, match=case.number):
        opened(reason="Another.")
    decisions.claim([case.pk], actor=world.sri(), at=AT).insist()
    decisions.dismiss([case.pk], reason="Not so.", actor=world.sri(), at=AT).insist()
    assert opened(reason="Again.").pk != case.pk


def test_a_platform_without_features_or_exempt_has_none():
    assert not systemic.may_open(world.ayu(), world.michat(), at=AT)
    here = feature()
    assert systemic.may_open(world.ayu(), here.platform, at=AT)
    here.platform.is_cloud = True
    assert not systemic.may_open(world.ayu(), here.platform, at=AT)


def test_where_the_law_orders_no_feature_none_is_opened(settings):
    here = feature()
    settings.POLICY_PACK = "eu-tco"
    verdict = systemic.may_open(world.ayu(), here.platform, at=AT)
    assert not verdict


def test_accounts_and_features_are_ordered_by_remedies_of_their_own():
    accounts, case = world.case(), opened()
    for one, remedy in ((accounts, "feature"), (case, "account")):
        with pytest.raises(Invalid):
            world.uphold(one, world.ayu(), test=TEST | {"remedy": remedy})


def test_its_author_does_not_approve_it():
    case = world.uphold(opened(), world.ayu(), test=TEST)
    with pytest.raises((Refused, Conflict)):
        world.approve(case, world.ayu())


def test_its_letter_says_what_is_asked_and_how_many_cases_show_why(mail):
    first, second = world.case(), world.case("michat: dua_contoh")
    notice = ordered(opened(first, second))
    assert notice.rung == "feature_order"
    assert notice.template == "feature_order"
    for part in (ASKED, "Pencarian sekitar / Search nearby", "40A"):
        assert part in notice.text
    assert "14" in notice.text
    for hidden in (first.number, second.number, "mawar_contoh", "dua_contoh", "1 x 24"):
        assert hidden not in notice.text
    counted = ("perkara kami yang menunjukkan pola ini: 2", "cases that show the pattern: 2")
    assert any(said in " ".join(notice.text.split()) for said in counted)


def test_it_never_leaves_in_one_notice_with_accounts():
    case = opened()
    world.approved_case("michat: satu_contoh")
    world.approve(world.uphold(case, world.ayu(), test=TEST), world.sri())
    notices.gather(AT, is_asked=True)
    kinds = [
        {item.target.account.kind for item in notice.items.select_related("target__account")}
        for notice in Notice.objects.order_by("pk")
    ]
    assert sorted(map(sorted, kinds)) == [["feature"], ["handle"]]
    case.refresh_from_db()
    assert case.state == CaseState.ORDERED


def test_it_takes_in_no_accounts_of_another_case():
    case, accounts = opened(), world.case("michat: satu_contoh")
    with pytest.raises(Conflict):
        merging.merge([accounts], into=case, actor=world.sri(), at=AT, reason="Same.")
    result = merging.merge([case], into=accounts, actor=world.sri(), at=AT, reason="Same.")
    assert (result.done, len(result.refused)) == ([], 1)


def test_its_clock_is_its_own_and_only_reminders_follow_silence(mail):
    notice = served()
    assert notice.due_at == notice.served_at + 14 * DAY
    for hours in range(0, 24 * 20, 6):
        ladder.climb(notice.served_at + hours * HOUR)
    assert OutboxMessage.objects.filter(payload__purpose=Delivery.Purpose.REMINDER).exists()
    assert not Notice.objects.exclude(pk=notice.pk).exists()
    item = notice.items.get()
    assert item.next_step_at is None


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("removed", TargetState.CLAIMED),
        ("restricted", TargetState.CLAIMED),
        ("partly", TargetState.REFUSED),
        ("refused", TargetState.REFUSED),
        ("needs_time", TargetState.STANDING),
    ],
)
def test_a_platform_answers_in_words_of_its_own_for_features(code, state):
    notice = served()
    words = {choice.code: str(choice.name) for choice in answers.choices_for(notice, AT)}
    assert "not_found" not in words
    item = notice.items.get()
    given = [Given(item.pk, code, "Because.")]
    answers.take(notice, given, actor=world.rina(), channel="portal", at=AT + HOUR)
    item.refresh_from_db()
    assert item.target.state == state
    assert answers.name_of(item) == words[code]


def test_what_was_done_in_part_needs_a_reason_and_of_accounts_nobody_says_it():
    notice = served()
    with pytest.raises(Invalid):
        answers.take(
            notice,
            [Given(notice.items.get().pk, Answer.Code.PARTLY)],
            actor=world.rina(),
            channel="portal",
            at=AT + HOUR,
        )
    about_accounts = world.served_notice("michat: lain_contoh")
    assert Answer.Code.PARTLY not in {c.code for c in answers.choices_for(about_accounts, AT)}


def test_no_machine_ever_looks_at_a_feature():
    notice = served()
    item = notice.items.get()
    given = [Given(item.pk, Answer.Code.REMOVED)]
    answers.take(notice, given, actor=world.rina(), channel="portal", at=AT + HOUR)
    assert Target.objects.get(pk=item.target_id).next_check_at is None


def test_a_feature_holds_no_data_to_preserve():
    case = world.prepare(opened(), world.ayu())
    result = decisions.preserve([case], actor=world.ayu(), at=AT)
    assert (result.done, len(result.refused)) == ([], 1)
    assert not Notice.objects.exists()


def test_its_order_is_not_corrected_like_an_address():
    assert not notices.may_correct(world.sri(), served())


def test_a_sealed_one_is_the_cleared_s_alone_and_stands_beside_the_ordinary_one(mail):
    with pytest.raises(Refused):
        opened(category=world.CHILD)
    ordinary = ordered()
    shown_by = (world.child_case("michat: anak_contoh"),)
    sealed = opened(*shown_by, actor=world.citra(), category=world.CHILD)
    assert sealed.handling == "sealed"
    assert not systemic.visible_to(world.sri()).filter(case=sealed).exists()
    assert systemic.visible_to(world.citra()).filter(case=sealed).exists()
    ordinary.refresh_from_db()
    assert not ordinary.items.filter(is_withheld=True).exists()
