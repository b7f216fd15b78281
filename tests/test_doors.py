"""Who may open which address of the portal: every one is listed here, or a test fails.

A page that is not somebody's answers 403 where it is known to be there (its room is theirs, or its
name says nothing), and 404 where they are not to know of it.
"""

from itertools import cycle

import pytest
from django.test import Client
from django.urls import resolve, reverse

from moderation_portal.middleware import is_public
from moderation_portal.series import SCATTERED_FROM
from tests import doors, world
from tests.cases.pages.browsing import TOKEN, other_representative
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

STAFF = ("ayu", "sri", "dewi", "citra")
AUDITORS = ("auditor", "cleared_auditor")
DESK = STAFF + AUDITORS
OVERSEERS = ("sri", "dewi")
MICHAT = ("rina", "joko")
PLATFORMS = (*MICHAT, "other_representative")
STEWARD = ("steward",)
RULE_READERS = (*OVERSEERS, *AUDITORS, *STEWARD)
TELLERS = ("lurah", "ngo", "drone")
EVERYBODY = (*DESK, *PLATFORMS, "polisi", *TELLERS, *STEWARD)
NO_PLATFORM = (*DESK, "polisi", *TELLERS, *STEWARD)
OPEN, NO, GONE = "open", 403, 404

# To whom a page opens, who is told that it is not for them (the others: that it is not there), and
# the names of these pages. A name that ends in a stroke only saves: nobody else may post to it.
DOORS: list[tuple[tuple[str, ...], tuple[str, ...], str]] = [
    (EVERYBODY, (), "news api:completeness"),
    (("ayu",), (), "cases:bulk_job cases:saved_search reports:job reports:job_errors"),
    (
        DESK,
        (),
        "cases:queue cases:fresh cases:case cases:record cases:verb cases:merge cases:move "
        "cases:notices cases:undelivered cases:notice cases:sign cases:approve_correction "
        "cases:mail cases:message "
        "cases:fines cases:fine cases:blocks cases:block cases:access_letter "
        "cases:appeals cases:appeal "
        "cases:dispute_decide cases:platforms cases:platform cases:units cases:unit "
        "cases:bulk- cases:bulk_undo- cases:tick- "
        "reports:report reports:evidence api:report_status",
    ),
    (STAFF, AUDITORS, "cases:note cases:observe cases:looks cases:weigh"),
    (STAFF, AUDITORS, "cases:look_picture cases:mail_aside cases:mail_back-"),
    (STAFF, AUDITORS, "cases:similar cases:correct cases:appeal_new"),
    (MICHAT, (), "cases:platform_appeal"),
    (STAFF, AUDITORS, "cases:next- cases:send_again-"),
    ((*OVERSEERS, "citra", *AUDITORS), (), "dead_letters"),
    ((*OVERSEERS, "citra"), AUDITORS, "dead_letter-"),
    ((*DESK, *STEWARD), (), "standstills"),
    (OVERSEERS, (*DESK, *STEWARD), "standstill_release-"),
    (STAFF, (), "cases:claims cases:searches cases:saved_search_new cases:absence"),
    (OVERSEERS, (), "cases:team cases:sample_new cases:sample cases:look- cases:absence_end-"),
    (OVERSEERS, DESK, "cases:block_new cases:send_now cases:restore cases:override"),
    ((*OVERSEERS, *AUDITORS), (), "cases:skips cases:skips_file cases:rehearsal"),
    ((*DESK, *MICHAT), (), "cases:letter cases:answer_letter cases:fine_commitment"),
    (STAFF, EVERYBODY, "cases:coordination cases:coordination_correct cases:systemic"),
    (PLATFORMS, (), "cases:platform_home cases:answer_together cases:platform_webhooks"),
    (MICHAT, (), "cases:webhook_again- cases:webhook_test-"),
    (MICHAT, (), "cases:answer cases:answer_list cases:dispute cases:platform_fine"),
    (STAFF, AUDITORS, "cases:fine_new"),
    (("citra", "cleared_auditor", "polisi"), (), "cases:holds cases:hold"),
    (("polisi",), (), "cases:hold_new"),
    (("rina",), (), "cases:platform_people cases:platform_person_off- cases:deputy_end-"),
    (RULE_READERS, EVERYBODY, "cases:checklists reports:rules reports:rule"),
    (RULE_READERS, EVERYBODY, "letter_texts letter_text letter_text_pdf letter_text_mail"),
    (STEWARD, EVERYBODY, "cases:checklist_new cases:checklist_line reports:rule_new"),
    (STEWARD, EVERYBODY, "cases:checklist_off- reports:rule_off- reports:rule_on-"),
    (STEWARD, EVERYBODY, "letter_text_end- admin_sign_in"),
    ((*OVERSEERS, *STEWARD), EVERYBODY, "changes change-"),
    ((*DESK, *STEWARD), EVERYBODY, "categories"),
    (DESK, EVERYBODY, "api:cases api:case api:case_verb-"),
    ((), EVERYBODY, "api:reports-"),
    (PLATFORMS, EVERYBODY, "api:notices"),
    (MICHAT, NO_PLATFORM, "api:notice api:notice_letter api:notice_answers-"),
    ((*DESK, *PLATFORMS, "polisi", "lurah", "ngo"), (), "search"),
    ((*DESK, "polisi", *TELLERS, *STEWARD), EVERYBODY, "reports:mine"),
    (TELLERS, EVERYBODY, "reports:accounts"),
    ((*DESK, "polisi"), EVERYBODY, "reports:requests"),
    ((*STAFF, "polisi"), EVERYBODY, "reports:request_new"),
    ((*DESK, "polisi"), (), "reports:request_edit"),
    ((*STAFF, "polisi"), AUDITORS, "reports:request_submit-"),
    (STAFF, (*AUDITORS, "polisi"), "reports:request_return-"),
    (STAFF, EVERYBODY, "reports:attach- reports:redact-"),
    (("lurah", "ngo", *STAFF), EVERYBODY, "reports:new reports:import"),
    ((*DESK, "lurah"), EVERYBODY, "reports:operations"),
    ((*STAFF, "lurah"), EVERYBODY, "reports:operation_new"),
    ((*STAFF, "lurah"), AUDITORS, "reports:operation_correct"),
    (DESK, EVERYBODY, "reports:petitions reports:petition"),
    (DESK, EVERYBODY, "reports:petition_sign- reports:petition_return-"),
    (STAFF, EVERYBODY, "reports:petition_new reports:petition_identity- reports:petition_letter"),
    (STAFF, EVERYBODY, "reports:verify reports:finding reports:needs_info reports:mend"),
    (("ngo",), (), "reports:answer"),
    # Only for whoever was let see it a moment ago.
    ((), (), "reports:picture"),
    ((), AUDITORS, "cases:look_image"),
]
PUBLIC = set(
    "home front healthz readyz set_language reports_public:start reports_public:reason "
    "reports_public:identity reports_public:erase reports_public:sent reports_public:status "
    "reports_public:add reports_public:answer answer_link:objection answer_link:show "
    "answer_link:letter answer_link:answer_list answer_link:still_you "
    "letter_check:ask letter_check:letter "
    "appeal_public:file appeal_public:sent appeal_public:status".split()
)
LISTED = {name: (opens, refused) for opens, refused, told in DOORS for name in told.split()}
PAGES = {name: who for name, who in LISTED.items() if not name.endswith("-")}
SAVING = {name.rstrip("-"): who for name, who in LISTED.items() if name.endswith("-")}
ROOMS = ["cases:", "reports:", ""]
# What people, scanners and broken links put into addresses: one of them behind every question.
ODD = [["\x00"], ["9" * 30, "' OR 1=1 -- \u202e(((&|<->:*" + "x" * 3000]]
ASKED = (
    "q view platform category state outcome urgency owner team after before start since seen text "
    "into target show case agency kind person notice page address source area ticket done code has"
).split()


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: AT + 2 * HOUR)


def person(who: str):
    return {**vars(world), "other_representative": other_representative}[who]()


def browser_of(who: str) -> Client:
    client = world.sign_in(Client(), person(who))
    client.defaults["HTTP_IDEMPOTENCY_KEY"] = "pintu"
    return client


def told(status: int):
    return status if status in (NO, GONE) else OPEN


def expected(who: str, opens, refused):
    return OPEN if who in opens else NO if who in refused else GONE


def of_room(listed, room: str):
    rooms = [one for one in ROOMS if one]
    return [
        name
        for name in sorted(listed)
        if (name.startswith(room) if room else not name.startswith(tuple(rooms)))
    ]


def test_every_address_is_listed_here_with_those_to_whom_it_opens():
    assert doors.names() - {"demo_sign_in"} == PAGES.keys() | SAVING.keys() | PUBLIC


@pytest.mark.slow
@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.strip(":") or "others")
def test_each_page_opens_to_its_people_and_to_nobody_else(room):
    arguments = doors.arguments(doors.furnish())
    pages = {name: reverse(name, args=arguments.get(name, ())) for name in of_room(PAGES, room)}
    saving = {name: reverse(name, args=arguments.get(name, ())) for name in of_room(SAVING, room)}
    wrong = []
    for who in EVERYBODY:
        client = browser_of(who)
        wanted = {name: expected(who, *PAGES[name]) for name in pages}
        given = {}
        for name, address in pages.items():
            if address.endswith(".pdf") and who in PAGES[name][0][1:]:
                del wanted[name]  # a letter takes a second to set: it is set for the first alone
            else:
                given[name] = told(client.get(address).status_code)
        for name, address in saving.items():
            wanted[name] = expected(who, *SAVING[name])
            if wanted[name] != OPEN:  # what it does to whoever may is told elsewhere
                given[name] = client.post(address).status_code
            else:
                del wanted[name]
        wrong += [(who, name, given[name]) for name in wanted if given[name] != wanted[name]]
    assert wrong == []


@pytest.mark.slow
def test_nothing_but_what_is_public_opens_without_signing_in(client):
    arguments = doors.arguments(doors.furnish())
    for name in sorted(PAGES.keys() | SAVING.keys()):
        address = reverse(name, args=arguments.get(name, ()))
        assert not is_public(resolve(address)), name
        for answer in (client.get(address), client.post(address)):
            is_led = answer.status_code == 302 and "login" in answer.url
            assert is_led or answer.status_code in (401, 403), (name, answer.status_code)


def test_what_stands_in_an_address_of_something_sealed_counts_nothing():
    assert {kind: pk for kind, pk in doors.hidden().items() if pk < SCATTERED_FROM} == {}


@pytest.mark.slow
@pytest.mark.parametrize("who", ["ayu", "sri", "auditor"])
def test_what_is_sealed_looks_on_every_page_as_if_it_were_not_there(who):
    found = doors.arguments(doors.hidden())
    absent = {
        name: [999_999_999_999, *rest] if isinstance(pk, int) else [pk, *rest]
        for name, (pk, *rest) in found.items()
    }
    client = browser_of(who)
    for name in sorted(found.keys() - set(doors.SPOKEN)):
        for ask in (client.get, client.post):
            here, there = (reverse(name, args=args[name]) for args in (found, absent))
            seen, nothing = ask(here), ask(there)
            assert seen.status_code == nothing.status_code, (name, ask)
            assert seen.status_code != 200, name
            body, empty = (TOKEN.sub("", one.content.decode()) for one in (seen, nothing))
            pk, none = str(found[name][0]), str(absent[name][0])
            assert body.replace(pk, "#") == empty.replace(none, "#"), (name, ask)


@pytest.mark.slow
def test_no_page_breaks_over_what_stands_in_its_address():
    arguments = doors.arguments(doors.furnish())
    client = browser_of("sri")
    for name in sorted(PAGES):
        address = reverse(name, args=arguments.get(name, ()))
        for odd in ODD if not address.endswith(".pdf") else ():
            answer = client.get(address, dict(zip(ASKED, cycle(odd), strict=False)))
            assert answer.status_code < 500, (name, odd[0])
