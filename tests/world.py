"""The small cast, and builders of what they do. Everything invented; addresses end in `.example`.

People are found by their e-mail, so calling `ayu()` twice in one test gives the same person.
"""

from datetime import UTC, date, datetime, timedelta

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from cases import answers, checklists, decisions, notices, opening
from cases.models import Case, Delivery, Notice
from moderation_portal import policy
from moderation_portal.models import User
from moderation_portal.roles import PUBLIC, SECOND_FACTOR, Role
from platforms import directory
from platforms.models import Contact, Platform, Representative
from reports import intake
from reports.models import Agency, ContactPoint, ReporterKind

# A Tuesday, 10 in the morning in Jakarta.
AT = datetime(2026, 3, 17, 3, 0, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
HOUR = timedelta(hours=1)


def person(email: str, name: str, role: str, **facts) -> User:
    """The user with this e-mail, made on first call."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, PASSWORD, name=name, role=role, **facts)


def ayu() -> User:
    """Caseworker."""
    return person("ayu@komdigi.example", "Ayu Lestari", Role.CASEWORKER)


def bima() -> User:
    """A second caseworker."""
    return person("bima@komdigi.example", "Bima Saputra", Role.CASEWORKER)


def sri() -> User:
    """Supervisor."""
    return person("sri@komdigi.example", "Sri Wahyuni", Role.SUPERVISOR)


def dewi() -> User:
    """Director."""
    return person("dewi@komdigi.example", "Dewi Anggraini", Role.DIRECTOR)


def citra() -> User:
    """Child-protection officer, cleared for sealed cases."""
    return person("citra@komdigi.example", "Citra Maharani", Role.CHILD_PROTECTION)


def steward() -> User:
    """Keeper of the reference data."""
    return person("teguh@komdigi.example", "Teguh Prasetyo", Role.STEWARD)


def auditor() -> User:
    """Sees everything but the sealed."""
    return person("umar@inspektorat.example", "Umar Hakim", Role.AUDITOR)


def cleared_auditor() -> User:
    """Sees the sealed as well."""
    return person("vina@inspektorat.example", "Vina Kartika", Role.CLEARED_AUDITOR)


def lurah() -> User:
    """Local-government monitor of Lowokwaru, Malang."""
    return person("lurah@malang.example", "Wulan Sari", Role.MONITOR, area="35.73.05")


def ngo() -> User:
    """An organisation that reports."""
    return person("lapor@jejaring.example", "Jejaring Aman", Role.ORGANISATION)


def drone() -> User:
    """The detector's machine account."""
    return person("drone9@komdigi.example", "Cyber Drone", Role.DETECTOR)


def polda() -> Agency:
    """A police unit."""
    return Agency.objects.get_or_create(
        name="Ditreskrimsus Polda Jawa Timur",
        defaults={"kind": ReporterKind.POLICE, "area": "35"},
    )[0]


def polisi() -> User:
    """Police liaison, registered as contact point of `polda()`."""
    liaison = person(
        "polisi@polda.example", "Putra Wibowo", Role.POLICE, unit="Ditreskrimsus Polda Jawa Timur"
    )
    ContactPoint.objects.get_or_create(
        email=liaison.email,
        defaults={
            "agency": polda(),
            "name": liaison.name,
            "user": liaison,
            "registered_on": date(2025, 6, 2),
        },
    )
    return liaison


def stray_polisi() -> User:
    """A police liaison whom nobody has registered as a contact point."""
    return person("lepas@polda.example", "Bayu Nugraha", Role.POLICE)


def platform(slug: str) -> Platform:
    """One of the platforms that the portal ships with."""
    found = Platform.objects.filter(slug=slug).first()
    if found is None:
        directory.seed(AT)
    return found or Platform.objects.get(slug=slug)


def michat() -> Platform:
    """MiChat with two contacts by e-mail: the first asked, and the next when it stays silent."""
    found = platform("michat")
    for rung, name, address in (
        (0, "MiChat Indonesia", "abuse@michat.example"),
        (1, "MiChat Pte Ltd", "legal@michat.example"),
    ):
        Contact.objects.get_or_create(
            platform=found,
            channel=Contact.Channel.EMAIL,
            address=address,
            defaults={"rung": rung, "name": name, "language": "en", "is_cleared": True},
        )
    return found


def whatsapp() -> Platform:
    """WhatsApp, without any contact yet."""
    return platform("whatsapp")


def representative(user: User, of: Platform, kind: str) -> User:
    """Makes `user` answer for a platform."""
    Representative.objects.get_or_create(user=user, defaults={"platform": of, "kind": kind})
    return user


def rina() -> User:
    """Administrator of MiChat's representatives."""
    user = person("rina@michat.example", "Rina Hartono", Role.PLATFORM_ADMIN)
    return representative(user, michat(), Representative.Kind.ADMINISTRATOR)


def joko() -> User:
    """Responder of MiChat."""
    user = person("joko@michat.example", "Joko Susanto", Role.RESPONDER)
    return representative(user, michat(), Representative.Kind.RESPONDER)


def cleared_joko() -> User:
    """The same responder, cleared for sealed notices."""
    user = joko()
    user.is_cleared = True
    user.save(update_fields=["is_cleared"])
    return user


def sign_in(client, user: User):
    """Signs a test client in as `user`, second factor proved where the role demands one."""
    client.force_login(user)
    if user.role in SECOND_FACTOR:
        Authenticator.objects.get_or_create(
            user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "test"}}
        )
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "mfa")
        request.session.save()
    return client


# What a member of the public tells when nothing is missing.
COMPLETE = {
    "reason": "Menawarkan jasa prostitusi di profilnya.",
    "is_good_faith": True,
    "seen_at": AT - HOUR,
}


def warga(**facts) -> intake.ReporterFacts:
    """A member of the public with a name and an address."""
    told = {"name": "Tuti", "email": "tuti@warga.example", "language": "id"}
    return intake.ReporterFacts(kind=ReporterKind.PUBLIC, **{**told, **facts})


def telling(*accounts: str, reporter=None, category="prostitution", **facts) -> intake.Telling:
    """A complete telling of a member of the public about these accounts, one text each."""
    platform("michat")
    told = {"channel": "web", **COMPLETE, **facts}
    lines = tuple(intake.Line(text=text) for text in accounts or ("MiChat: bunga_77",))
    return intake.Telling(reporter=reporter or warga(), category=category, lines=lines, **told)


def report(*accounts: str, actor=None, at=AT, **facts) -> intake.Received:
    """Hands one telling in by the one door and gives what came of it (`.report_id`, `.items`…)."""
    from_whom = actor or PUBLIC
    return intake.receive([telling(*accounts, **facts)], actor=from_whom, at=at)[0]


# Cases: each builder does what a person would do, by the verbs.

TEST = {
    "legality": "Profil menawarkan jasa seksual berbayar.",
    "aim": "Melindungi masyarakat dan korban.",
    "remedy": "account",
    "necessity": "Akun ini tidak memuat hal lain.",
}
CHILD = "child_sexual"


def cases_of(report_id: int) -> list[Case]:
    """The cases in which the items of a report are, in order of their opening."""
    found = Case.objects.filter(targets__joinings__item__report_id=report_id)
    return list(found.distinct().order_by("opened_at", "pk"))


def case(*accounts: str, at=AT, **facts) -> Case:
    """The case that a report of these accounts opens or joins."""
    received = report(*accounts or ("michat: bunga_77",), at=at, **facts)
    opening.open_or_join([received.report_id], at=at)
    return cases_of(received.report_id)[0]


def child_case(*accounts: str, at=AT, **facts) -> Case:
    """The sealed case that a report on a child opens."""
    return case(*accounts, at=at, category=CHILD, **facts)


def prepare(found: Case, by: User, *, at=AT) -> Case:
    """Opens the page, takes the case, ticks the checklist, and refers what must be referred."""
    category = policy.pack().category(found.category)
    lines = [line.code for line in policy.pack().checklist(category)]
    decisions.open_page(found, actor=by, at=at)
    decisions.claim([found.pk], actor=by, at=at).insist()
    checklists.tick([found.pk], lines=lines, actor=by, at=at).insist()
    if found.handling == "sealed":
        unit = category.refer_units[0]
        decisions.refer([found.pk], unit=unit, reason="Anak.", actor=by, at=at).insist()
    found.refresh_from_db()
    return found


def uphold(found: Case, by: User, *, at=AT, **facts) -> Case:
    """Prepares the case and upholds it on the first prohibition of its category."""
    prepare(found, by, at=at)
    told = {"bases": [first_basis(found, at)], "test": TEST, "reasons": "Melanggar.", **facts}
    decisions.uphold([found.pk], actor=by, at=at, **told).insist()
    found.refresh_from_db()
    return found


def approve(found: Case, by: User, *, at=AT) -> Case:
    """Opens the page as a second person and approves."""
    decisions.open_page(found, actor=by, at=at)
    decisions.approve([found.pk], actor=by, at=at).insist()
    found.refresh_from_db()
    return found


def first_basis(found: Case, at=AT) -> str:
    """The first prohibition that a decision on this case may rest on."""
    bases = policy.pack().bases_for(found.category, at)
    return next(basis.code for basis in bases if basis.kind == "prohibition")


def upheld_case(*accounts: str, by=None, at=AT, **facts) -> Case:
    """A case that waits for its second person; Ayu (Citra, if it is sealed) has upheld it."""
    found = case(*accounts, at=at, **facts)
    return uphold(found, by or (citra() if found.handling == "sealed" else ayu()), at=at)


def approved_case(*accounts: str, by=None, at=AT, **facts) -> Case:
    """A case that Ayu upheld and Sri approved (Citra and a cleared Sri, if it is sealed)."""
    found = upheld_case(*accounts, at=at, **facts)
    return approve(found, by or (cleared_sri() if found.handling == "sealed" else sri()), at=at)


def cleared_sri() -> User:
    """A supervisor who is cleared for sealed cases."""
    return person("ratna@komdigi.example", "Ratna Dewi", Role.SUPERVISOR, is_cleared=True)


# Notices: what follows an approval.


def notice(*accounts: str, at=AT, **facts) -> Notice:
    """The notice issued for an approved case of these accounts; not sent yet."""
    michat()
    approved_case(*accounts, at=at, **facts)
    (pk,) = notices.gather(at, is_asked=True).issued
    return Notice.objects.get(pk=pk)


def served_notice(*accounts: str, at=AT, **facts) -> Notice:
    """The same, accepted by the platform's first mailbox (or opened by its cleared responder)."""
    made = notice(*accounts, at=at, **facts)
    contact = made.platform.contacts.order_by("rung").first()
    delivery = Delivery.objects.create(
        notice=made, contact=contact, purpose="notice", step="order", attempt=1,
        state=Delivery.State.ACCEPTED, started_at=at, ended_at=at, proof={"channel": "email"},
    )  # fmt: skip
    notices.serve(delivery)
    made.refresh_from_db()
    return made


def answer(made: Notice, code: str, *, at=AT, actor=None, **facts) -> answers.Receipt:
    """The platform gives one answer for every account of a notice."""
    given = [answers.Given(item.pk, code, **facts) for item in made.items.all()]
    return answers.take(made, given, actor=actor or rina(), channel="portal", at=at)
