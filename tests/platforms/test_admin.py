"""The stewards' reference data: only theirs, quick however long the lists, and silent on cases."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.functional import Promise

from cases.models import Notice
from moderation_portal import account_changes, changes, vault
from moderation_portal.models import ApiToken, Change, Event, User
from moderation_portal.roles import Role
from platforms.models import (
    Clause,
    Commitment,
    Contact,
    Feature,
    Platform,
    Registration,
    RegistrationQuestion,
    Representative,
    Statement,
)
from reports.models import Agency, ContactPoint, Petition
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db
KEPT = [
    Platform, Contact, Feature, Representative, Commitment, Statement, Registration,
    RegistrationQuestion, User, ApiToken,
]  # fmt: skip


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def registration(n):
    return Registration.objects.create(
        registration_no=f"{n:06d}.01/DJAI.PSE/07/2022", system_id=str(n), pse_id=str(n),
        system_name=f"SYSTEM {n}", company=f"COMPANY {n}", host="shop.example",
        website_raw="shop.example", domicile="domestic", status="registered",
    )  # fmt: skip


def fill(n):
    """One row of everything, with all that it refers to."""
    platform = Platform.objects.create(
        slug=f"p{n}", name=f"P {n}", kind="social", registration=registration(n)
    )
    Contact.objects.create(
        platform=platform, channel="email", name=f"Desk {n}", address=f"d{n}@p.example"
    )
    Feature.objects.create(platform=platform, code="nearby", name_id="Sekitar", name_en="Nearby")
    user = world.person(f"r{n}@p.example", f"R {n}", "responder")
    Representative.objects.create(platform=platform, user=user, kind="responder")
    promise = Commitment.objects.create(
        platform=platform, made_by="P", made_to="K", made_on=date(2021, 3, n), text="…", source="s"
    )
    Clause.objects.create(commitment=promise, leg="claimed", valid_from=date(2021, 3, 1))
    Statement.objects.create(
        platform=platform, kind="warning", said_by="M", said_on=date(2021, 3, n), text="…"
    )
    question = RegistrationQuestion.objects.create(
        kind="host_conflict", host=f"h{n}.example", key=f"host_conflict:h{n}.example", opened_at=AT
    )
    question.registrations.set(Registration.objects.all())
    agency = Agency.objects.create(name=f"Polres {n}", kind="police")
    ContactPoint.objects.create(
        agency=agency, name=f"N {n}", email=f"n{n}@polres.example", registered_on=AT.date()
    )
    Petition.objects.create(
        platform=platform, organisation=f"O {n}", demand="x", remedy="platform",
        received_on=AT.date(),
    )  # fmt: skip
    ApiToken.objects.create(user=user, label=f"T {n}", key_hash=f"{n:064d}", scopes=["x"],
                            created_at=AT)  # fmt: skip


@pytest.fixture
def steward(client):
    return world.sign_in(client, world.steward())


@pytest.mark.parametrize(
    ("page", "part"),
    [(Commitment, "clauses"), (Agency, "contact_points"), (Platform, "contacts")],
    ids=lambda value: str(getattr(value, "__name__", value)),
)
def test_what_stands_in_the_page_of_another_is_not_deleted_either(steward, page, part):
    fill(1)
    row = page.objects.latest("pk")
    assert f'name="{part}-0-DELETE"' not in steward.get(
        url(page, "change", row.pk)
    ).content.decode()  # fmt: skip


@pytest.mark.parametrize(
    "role", [role for role in Role.values if role not in ("steward", "system")]
)
def test_nobody_but_the_steward_comes_in(client, role):
    user = world.person(f"{role}@role.example", role, role, is_cleared=True)
    world.sign_in(client, user)
    for model in KEPT:
        assert client.get(url(model)).status_code == 302
        assert client.get(url(model, "add")).status_code == 302


def test_no_room_but_those_with_reference_data_is_in_the_admin():
    kept = {model for model in admin.site._registry if world.steward().has_module_perms(
        model._meta.app_label)}  # fmt: skip
    assert set(KEPT) <= kept
    names = {model._meta.model_name for model in kept}
    assert not names & {
        "case",
        "notice",
        "event",
        "report",
        "evidence",
        "outboxmessage",
        "reporter",
    }
    for stranger in ("account", "mfa", "auth", "admin", "cases"):
        assert not world.steward().has_module_perms(stranger)


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_a_list_costs_the_same_however_long_it_is(steward, model):
    for n in (1, 2):
        fill(n)
    steward.get(url(model))
    with CaptureQueriesContext(connection) as few:
        assert steward.get(url(model)).status_code == 200
    for n in range(3, 9):
        fill(n)
    with CaptureQueriesContext(connection) as many:
        assert steward.get(url(model)).status_code == 200
    assert len(many) == len(few)


@pytest.mark.parametrize("model", KEPT, ids=lambda model: model.__name__)
def test_every_list_is_searched_and_every_row_opens(steward, model):
    fill(1)
    assert steward.get(url(model), {"q": "P 1"}).status_code == 200
    row = model.objects.latest("pk")
    assert steward.get(url(model, "change", row.pk)).status_code == 200


def test_a_platform_is_found_by_its_host_and_picked_by_typing(steward):
    world.platform("michat")
    assert "MiChat" in steward.get(url(Platform), {"q": "michat.sg"}).content.decode()
    found = steward.get(
        reverse("admin:autocomplete"),
        {"term": "micha", "app_label": "platforms", "model_name": "contact",
         "field_name": "platform"},
    ).json()  # fmt: skip
    assert [one["text"] for one in found["results"]] == ["MiChat"]


def test_nothing_in_the_admin_tells_of_a_sealed_case(steward):
    world.michat()
    sealed = world.child_case("michat: kuncup_canary")
    world.approve(world.uphold(sealed, world.citra()), world.cleared_sri())
    (pk,) = world.notices.gather(AT).issued
    assert Notice.objects.get(pk=pk).handling == "sealed"
    numbers = Notice.objects.values_list("number", flat=True)
    pages = [reverse("admin:index")]
    for model in KEPT:
        pages.append(url(model))
        pages += [url(model, "change", row.pk) for row in model.objects.all()[:30]]
        pages += [url(model, "history", row.pk) for row in model.objects.all()[:3]]
    shown = "".join(steward.get(page).content.decode() for page in pages)
    for canary in ("kuncup_canary", *numbers, sealed.number):
        assert canary not in shown


@pytest.mark.parametrize("model", [*KEPT, Agency, ContactPoint, Petition], ids=lambda m: m.__name__)
def test_what_cases_speak_of_is_never_deleted(steward, model):
    fill(1)
    row = model.objects.latest("pk")
    assert steward.post(url(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_nobody_clears_or_promotes_themselves(steward):
    me = world.steward()
    data = {"email": me.email, "name": me.name, "role": "director", "is_cleared": "on",
            "language": "en", "is_active": "on"}  # fmt: skip
    assert steward.post(url(User, "change", me.pk), data).status_code == 302
    me.refresh_from_db()
    assert (me.language, me.role, me.is_cleared) == ("en", "steward", False)


def test_a_new_person_is_nobody_until_a_second_person_approves(steward):
    data = {"email": "Baru@Komdigi.example", "name": "Baru", "role": "director",
            "is_cleared": "on", "language": "id", "reason": "SK 12"}  # fmt: skip
    assert steward.post(url(User, "add"), data).status_code == 302
    made = User.objects.get(email="baru@komdigi.example")
    assert (made.role, made.is_active, made.is_cleared) == ("public", False, False)
    assert not made.has_usable_password()
    change = Change.objects.get()
    assert change.facts == {"role": "director", "is_cleared": True, "is_active": True}
    changes.approve(change.pk, actor=world.sri(), at=AT)
    made.refresh_from_db()
    assert (made.role, made.is_active, made.is_cleared) == ("director", True, True)


def test_an_event_of_the_admin_says_what_was_changed_and_never_to_what(steward):
    data = {"email": "Baru@Komdigi.example", "name": "Baru", "role": "caseworker",
            "language": "id", "reason": "SK 12"}  # fmt: skip
    steward.post(url(User, "add"), data)
    fill(1)
    contact = Contact.objects.get()
    data = {"platform": contact.platform_id, "name": "Rahasia", "rung": 0, "channel": "email",
            "address": "rahasia@p.example", "language": "en", "is_active": "on",
            "reason": "SK 12"}  # fmt: skip
    assert steward.post(url(Contact, "change", contact.pk), data).status_code == 302
    changes.approve(Change.objects.get(kind="contact").pk, actor=world.sri(), at=AT)
    contact.refresh_from_db()
    assert (contact.name, contact.address) == ("Rahasia", "rahasia@p.example")
    told = str(list(Event.objects.values("kind", "data")))
    assert "reference.added" in told
    assert "fields" in told
    for secret in ("baru@", "rahasia", "Rahasia", "SK 12"):
        assert secret not in told


@pytest.mark.parametrize(
    "raised",
    [{"role": "director"}, {"is_cleared": "on"}, {"email": "lain@komdigi.example"},
     {"area": "35.73"}, {"unit": "Direktorat"}, {"name": "Dewi Anggraini"}],
)  # fmt: skip
def test_what_raises_an_account_waits_and_the_language_is_saved(steward, raised):
    sri = world.sri()
    data = {"email": sri.email, "name": sri.name, "role": sri.role, "language": "en",
            "is_active": "on", "reason": "SK 12"}  # fmt: skip
    assert steward.post(url(User, "change", sri.pk), data | raised).status_code == 302
    kept = User.objects.get(pk=sri.pk)
    assert kept.language == "en"
    for name in account_changes.ACCOUNT_FIELDS:
        assert getattr(kept, name) == getattr(sri, name)
    assert set(Change.objects.get().facts) == set(raised)


def test_what_raises_an_account_wants_a_reason_and_one_at_a_time(steward):
    sri = world.sri()
    data = {"email": sri.email, "name": sri.name, "role": "director", "language": "id",
            "is_active": "on"}  # fmt: skip
    assert steward.post(url(User, "change", sri.pk), data).status_code == 200
    assert not Change.objects.exists()
    for _ in range(2):
        answer = steward.post(url(User, "change", sri.pk), data | {"reason": "SK 12"})
    assert answer.status_code == 200
    assert Change.objects.count() == 1


def test_an_account_is_blocked_at_once(steward):
    sri, _dewi = world.sri(), world.dewi()
    data = {"email": sri.email, "name": sri.name, "role": sri.role, "language": "id"}
    assert steward.post(url(User, "change", sri.pk), data).status_code == 302
    sri.refresh_from_db()
    assert not sri.is_active


def test_the_list_of_changes_is_the_page_on_which_they_are_decided(steward):
    assert steward.get(url(Change))["Location"] == reverse("changes")


def test_a_key_is_shown_once_and_stored_as_a_hash(steward):
    data = {"user": world.drone().pk, "label": "Drone", "scopes": "reports:write",
            "reason": "SK 12"}  # fmt: skip
    shown = steward.post(url(ApiToken, "add"), data, follow=True).content.decode()
    key = next(word.strip("<>.") for word in shown.split() if "mp_" in word)
    key = "mp_" + key.partition("mp_")[2].partition("<")[0]
    made = ApiToken.objects.get()
    assert made.key_hash == vault.keyed_hash("api-token", key)
    assert made.scopes == ["reports:write"]
    assert made.key_hash not in steward.get(url(ApiToken, "change", made.pk)).content.decode()


def test_an_answer_settles_a_question_and_taking_it_away_opens_it_again(steward):
    fill(1)
    question = RegistrationQuestion.objects.get()
    page = url(RegistrationQuestion, "change", question.pk)
    steward.post(page, {"answer": "COMPANY 1 is right"})
    question.refresh_from_db()
    assert question.settled_by == world.steward()
    assert question.settled_at is not None
    steward.post(page, {"answer": ""})
    question.refresh_from_db()
    assert (question.settled_at, question.settled_by) == (None, None)


def test_a_registration_is_a_claim_and_only_its_platform_is_set_by_hand(steward):
    fill(1)
    row, platform = Registration.objects.get(), Platform.objects.get()
    data = {"platform": platform.pk, "company": "IMPOSTOR", "host": "evil.example"}
    steward.post(url(Registration, "change", row.pk), data)
    row.refresh_from_db()
    assert (row.platform, row.company, row.host) == (platform, "COMPANY 1", "shop.example")
    assert steward.get(url(Registration, "add")).status_code == 403


# What no page shows: the key is a hash, a question's key and a change are told in words, and the
# number of news stands in its reader's header alone.
NEVER_SHOWN = {"key", "key_hash", "unread_news"}


@pytest.mark.parametrize("model", [*KEPT, Agency, ContactPoint, Petition], ids=lambda m: m.__name__)
def test_every_word_of_a_page_can_be_translated(model):
    inlines = [inline.model for inline in admin.site._registry[model].inlines]
    for kept in (model, *inlines):
        app = apps.get_app_config(kept._meta.app_label)
        words = {"app": app.verbose_name, "model": kept._meta.verbose_name}
        words |= {f.name: f.verbose_name for f in kept._meta.fields if not f.auto_created}
        bare = {name for name, word in words.items() if not isinstance(word, Promise)}
        assert bare <= NEVER_SHOWN


def test_the_stewards_pages_are_in_the_house_s_dress_and_language(steward):
    page = steward.get(reverse("admin:index")).content.decode()
    assert "Kunci mesin" in page
    assert "Akun dan kunci" in page
    assert 'class="top"' in page
    assert "admin.css" in page
    assert "Moderation_Portal" not in page


@pytest.mark.parametrize("given", ["abc", "9" * 30, "-1", "\x00"])
@pytest.mark.parametrize(
    ("model", "name"),
    [(Contact, "platform"), (Representative, "user"), (ApiToken, "user"), (ContactPoint, "agency")],
)
def test_what_is_no_id_is_a_fault_of_the_form(client, model, name, given):
    world.sign_in(client, world.steward())
    page = client.post(url(model, "add"), {name: given})
    assert page.status_code == 200
    assert page.context["adminform"].form.errors[name]
