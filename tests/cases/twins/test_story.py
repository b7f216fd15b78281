"""The same story with and without a sealed case beside it reads the same to whoever is not cleared.

What the platform does it does to the sealed notice where there is one, else to the ordinary one.
"""

import difflib
from datetime import timedelta

import pytest

from cases import answers, decisions, ladder, notices, probing, removal
from cases.models import Case, Notice, Target
from moderation_portal import outbox, policy
from tests import world
from tests.world import AT, HOUR

from .doing import ACCOUNT, OTHER, said
from .telling import alike, played, read, read_by_platform, readers, record

pytestmark = pytest.mark.django_db
MINUTE, STEP = timedelta(minutes=1), 4 * HOUR


class Story:
    """A clock that goes on, with or without a child reported at `sealed_at` hours."""

    def __init__(self, mail, still_clock, *, is_sealed, sealed_at=0):
        self.mail, self.set_clock = mail, still_clock
        self.is_sealed, self.sealed_at = is_sealed, sealed_at
        self.at = AT - MINUTE
        mail.empty()
        world.michat()
        for somebody in (world.cleared_joko, world.citra, world.cleared_sri, world.dewi, readers):
            somebody()
        self.to(0)

    def to(self, hours):
        """Lets the time go on until so many hours after `AT`."""
        goal = AT + hours * HOUR
        while self.at < goal:
            self.at = min(goal, self.at + STEP)
            self.set_clock(self.at)
            if self.is_sealed and self.at >= AT + self.sealed_at * HOUR:
                self.seal()
            self.pump()

    def pump(self):
        ladder.climb(self.at)
        probing.check(self.at)
        notices.gather(self.at)
        outbox.enqueue("notices.gather", {}, lane="internal", at=self.at)
        while sum(outbox.drain(lane, at=self.at) for lane in ("internal", "urgent", "notice")):
            pass

    def seal(self):
        """A child is reported, and an officer takes it at once and has it ordered."""
        if Case.objects.filter(handling="sealed").exists():
            return
        who = world.warga(name="Dini", email="dini@warga.example")
        case = world.child_case(ACCOUNT, at=self.at, reporter=who)
        world.uphold(case, world.citra(), at=self.at)
        world.approve(case, world.cleared_sri(), at=self.at)

    def order(self, *accounts, is_preserving=False):
        case = world.case(*accounts or (ACCOUNT,), at=self.at)
        if is_preserving:
            world.prepare(case, world.ayu(), at=self.at)
            decisions.preserve([case.pk], actor=world.ayu(), at=self.at).insist()
            self.pump()
        else:
            world.prepare(case, world.ayu(), at=self.at)
        grounds = {"bases": [world.first_basis(case)], "test": world.TEST, "reasons": "Melanggar."}
        decisions.uphold([case.pk], actor=world.ayu(), at=self.at, **grounds).insist()
        world.approve(case, world.sri(), at=self.at)
        notices.gather(self.at, is_asked=True)
        self.pump()

    def theirs(self):
        """The order of the account that the platform reads."""
        found = Notice.objects.filter(rung="order", items__locator__contains="bunga_77")
        return found.get(handling="sealed" if self.is_sealed else "ordinary")

    def open(self):
        notices.open_in_portal(self.theirs(), actor=world.cleared_joko(), at=self.at)

    def answer(self, code, **facts):
        item = self.theirs().items.get(locator__contains="bunga_77")
        given = [answers.Given(item.pk, code, **facts)]
        answers.take(self.theirs(), given, actor=world.cleared_joko(), channel="portal", at=self.at)

    def see(self, result):
        target = Target.objects.get(handling="ordinary", account__canonical="bunga_77")
        told = {"actor": world.ayu(), "method": "person", "at": self.at}
        removal.observe([target.pk], result, **told)

    def sign(self):
        """Whoever is asked for a signature gives it."""
        for draft in Notice.objects.filter(state="drafted", handling="ordinary").order_by("pk"):
            for person in (world.sri(), world.dewi()):
                if notices.may_sign(person, draft):
                    told = {"note": "Weighed.", "at": self.at}
                    notices.sign(draft, actor=person, **told)


def silent(story):
    """Nobody answers, until a block is proposed."""
    story.order()
    for hours in range(4, 130, 4):
        story.to(hours)
        story.sign()
    assert Notice.objects.filter(rung="block_proposal", handling="ordinary").exists()


def opened(story):
    story.order()
    story.to(2)
    story.open()


def refused(story):
    opened(story)
    story.to(3)
    story.answer("refused", reason=REASON)
    story.to(5)
    target = Target.objects.get(handling="ordinary")
    told = {"is_accepted": False, "reason": "It is.", "actor": world.dewi(), "at": story.at}
    removal.weigh([target.pk], **told)
    story.to(26)


def removed(story):
    opened(story)
    story.to(3)
    story.answer("removed")
    story.to(4)
    story.see("gone")
    story.to(8)
    story.see("gone")
    story.to(10)


def bounced(story):
    story.mail.answers["abuse@michat.example"] = "550 no such user"
    story.order(OTHER)
    story.to(1)
    story.order()
    story.to(30)


def preserved(story):
    story.order(is_preserving=True)
    story.to(14)


def beside_another(story):
    """Two accounts in one order, of which the sealed case knows one."""
    story.order(ACCOUNT, OTHER)
    story.to(13)
    story.sign()
    story.to(26)


REASON = policy.pack().choice("answers", "refused").plain.say("en")
STORIES = [silent, opened, refused, removed, bounced, preserved, beside_another]


def told(story, tell, **facts):
    """What everybody reads at the end, and the open record."""
    with played():
        tell(story(**facts))
        yield {reader.role: read(reader) for reader in readers()}
        yield record()


@pytest.mark.slow
@pytest.mark.parametrize("tell", STORIES, ids=lambda tell: tell.__name__)
def test_nobody_without_clearance_reads_that_a_sealed_case_stands_beside(tell, mail, still_clock):
    """Whether the child is reported first or an hour into the story."""

    def story(**facts):
        return Story(mail, still_clock, **facts)

    plain, open_record = told(story, tell, is_sealed=False)
    for sealed_at in (0, 1):
        beside, record_beside = told(story, tell, is_sealed=True, sealed_at=sealed_at)
        assert record_beside == open_record, sealed_at
        for role, pages in plain.items():
            assert beside[role].keys() == pages.keys(), (sealed_at, role)
            for path, body in pages.items():
                apart = lines_apart(body, beside[role][path])
                assert apart == [], (sealed_at, role, path)


@pytest.mark.slow
@pytest.mark.parametrize("tell", [beside_another], ids=lambda tell: tell.__name__)
def test_whoever_is_not_cleared_on_the_platform_reads_nothing_of_the_account(
    tell, mail, still_clock
):
    """Beside a sealed case the order reads as if it had never named the account."""
    with played():
        tell(Story(mail, still_clock, is_sealed=True))
        beside = read_by_platform(), letters(mail)
    with played():
        alone(Story(mail, still_clock, is_sealed=False))
        pages, sent = read_by_platform(), letters(mail)
    assert pages == beside[0]
    assert [lines_apart(*pair) for pair in zip(sent, beside[1], strict=True)] == [[]] * len(sent)


def alone(story):
    """`beside_another` without the account that the sealed case knows."""
    story.order(OTHER)
    story.to(13)
    story.sign()
    story.to(26)


def letters(mail):
    """What the mailboxes got, without what only says that a sealed notice awaits."""
    every = [*mail.to("abuse@michat.example"), *mail.to("legal@michat.example")]
    named = [(one["Subject"], said(one)) for one in every if one.get_content_type() != "text/plain"]
    return [alike(f"{subject} {words}") for subject, words in named if "kembang_2" in words]


def lines_apart(one, other):
    """Where two pages differ, line by line."""
    every = difflib.unified_diff(one.splitlines(), other.splitlines(), lineterm="", n=0)
    return [line for line in every if not line.startswith(("---", "+++", "@@"))]
