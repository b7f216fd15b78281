"""A Hold, as its tests bring it about."""

from cases import notices
from cases.holds import asking, deciding
from cases.models import Hold, Notice
from moderation_portal import outbox
from reports import formal
from reports.models import ReportedAccount
from tests import world
from tests.reports.test_formal import draft
from tests.world import AT

ACCOUNT = "michat: bunga_77"


def request_for(*accounts, at=AT, **facts):
    """A formal request of the police for these accounts, handed in; its cases are not opened."""
    world.michat()
    made = draft(locators="\n".join(accounts or (ACCOUNT,)), at=at, **facts)
    formal.submit(made, actor=world.polisi(), at=at)
    made.refresh_from_db()
    return made


def account(name="bunga_77"):
    return ReportedAccount.objects.get(display__contains=name)


def asked(request=None, *names, days=14, at=AT, actor=None):
    """Holds that a liaison has asked for, one for each account of these names."""
    request = request or request_for()
    ids = [account(name).pk for name in names] or list(
        asking.accounts_of(request).values_list("pk", flat=True)
    )
    told = {"days": days, "reason": "Penyidikan berjalan.", "at": at}
    result = asking.ask(request, ids, actor=actor or world.polisi(), **told)
    result.insist()
    return list(Hold.objects.filter(pk__in=result.done).order_by("account_id"))


def proposed(*given, at=AT, **facts):
    holds = asked(*given, at=at, **facts)
    deciding.propose(holds, actor=world.citra(), at=at).insist()
    return holds


def running(*given, at=AT, **facts):
    """Holds that two cleared persons have let begin."""
    holds = proposed(*given, at=at, **facts)
    deciding.approve(holds, actor=world.cleared_sri(), at=at).insist()
    return [fresh(one) for one in holds]


def fresh(hold):
    return Hold.objects.get(pk=hold.pk)


def pump(at):
    """What the pump and the workers do at this moment."""
    outbox.enqueue("notices.gather", {}, lane="internal", at=at)
    outbox.enqueue("ladder.climb", {}, lane="internal", at=at)
    while sum(outbox.drain(lane, at=at) for lane in ("internal", "urgent", "notice")):
        pass


def letters(mail, name="bunga_77"):
    """The mails to the platform that name an account."""
    every = [*mail.to("abuse@michat.example"), *mail.to("legal@michat.example")]
    return [one for one in every if name in one.get_body(("plain",)).get_content()]


def ordered(*accounts, at=AT):
    """An order of these accounts that has been handed over."""
    world.michat()
    world.approved_case(*accounts or (ACCOUNT,), at=at)
    notices.gather(at, is_asked=True)
    pump(at)
    return Notice.objects.get(rung="order")
