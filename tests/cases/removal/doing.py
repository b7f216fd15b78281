"""What the platform and we do to an account that was ordered away."""

from datetime import timedelta
from http.server import BaseHTTPRequestHandler

from cases import answers, removal
from cases.models import Case, Target
from moderation_portal import policy
from moderation_portal.roles import Actor, Role
from platforms.models import Contact
from reports.models import ReportedAccount
from tests import world
from tests.world import AT

DAY = timedelta(hours=24)
SPACING = policy.pack().limits_at(AT).gone_spacing


class Site(BaseHTTPRequestHandler):
    """A platform's website on which accounts come and go."""

    status = 200
    mime = ""
    visits: list[str] = []

    def do_GET(self):
        self.visits.append(self.path)
        self.send_response(type(self).status)
        if self.mime:
            self.send_header("Content-Type", self.mime)
        self.end_headers()
        self.wfile.write(b"<h1>kembang</h1>")

    def log_message(self, *args):
        pass


def ordered(*accounts, site=""):
    """A served notice; with `site`, of accounts whose pages the probe may open."""
    reddit = world.platform("reddit")
    Contact.objects.get_or_create(
        platform=reddit, channel="email", name="Abuse", address="abuse@reddit.example"
    )
    made = world.served_notice(*accounts or ("reddit: u/kembang_1",))
    Target.objects.update(visibility="public")
    ReportedAccount.objects.update(visibility="public")
    for account in ReportedAccount.objects.all() if site else ():
        account.url = f"{site}/{account.canonical}"
        account.save()
    return made


def claim(made, at=AT):
    """The platform says that everything is removed."""
    given = [answers.Given(item.pk, "removed") for item in made.items.all()]
    contact = made.platform.contacts.first()
    actor = Actor(Role.RESPONDER, contact.name)
    answers.take(made, given, actor=actor, channel="link", contact=contact, at=at)


def see(result, at=AT, *, target=None, actor=None, method="person", **facts):
    pk = (target or Target.objects.get()).pk
    return removal.observe([pk], result, actor=actor or world.ayu(), method=method, at=at, **facts)


def states():
    return Target.objects.get().state, Case.objects.get().state
