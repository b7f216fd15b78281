"""An account in a sealed and in an ordinary case, as its tests bring it about."""

from cases import notices
from cases.models import Case, CaseState, Notice
from moderation_portal import outbox
from tests import world
from tests.world import AT, HOUR

ACCOUNT = "michat: bunga_77"


def ordinary():
    return Case.objects.get(handling="ordinary")


def sealed_notice(at=AT):
    """The sealed case of the same account, ordered."""
    found = Case.objects.filter(handling="sealed").first() or world.child_case(ACCOUNT)
    if found.state != CaseState.APPROVED:
        world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    notices.gather(at)
    return Notice.objects.get(handling="sealed", rung="order")


def drain(at=AT):
    """What the workers of both lanes do."""
    while sum(outbox.drain(lane, at=at) for lane in ("urgent", "notice")):
        pass


def said(letter):
    return letter.get_body(("plain",)).get_content()


def naming(mail, account):
    """The mails to the platform that name an account, oldest first."""
    every = [*mail.to("abuse@michat.example"), *mail.to("legal@michat.example")]
    return [letter for letter in every if account in said(letter)]


OTHER = "michat: kembang_2"


def held_back():
    """An issued ordinary notice of one account, for which a sealed case speaks."""
    world.michat()
    world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT)
    notices.gather(AT, is_asked=True)
    return Notice.objects.get(handling="ordinary")


def mixed():
    """A served ordinary notice of two accounts, one of which a sealed case speaks for."""
    world.michat()
    sealed = world.child_case(ACCOUNT)
    world.approved_case(ACCOUNT, OTHER)
    notices.gather(AT, is_asked=True)
    drain()
    return sealed, Notice.objects.get(handling="ordinary")


def take_back(verb, plain):
    if verb == "correct":
        new = notices.correct(plain, change="A typo.", actor=world.ayu(), at=AT)
        return notices.approve_correction(new, actor=world.sri(), at=AT + HOUR)
    case, told = ordinary(), {"reason": "A mistake.", "actor": world.sri()}
    notices.withdraw([case.pk], at=AT + HOUR, **told).insist()
    if verb == "restore":
        notices.restore([case.pk], at=AT + 2 * HOUR, **told)
    return Notice.objects.latest("pk")
