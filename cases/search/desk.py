"""What staff and auditors find: cases, reports, notices and letters that they may see."""

from collections.abc import Iterable

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Manager, Q, QuerySet

from moderation_portal import full_text
from moderation_portal.models import User
from moderation_portal.series import SEALED_FROM
from platforms.models import Platform
from reports.models import FormalRequest, ReportedAccount, ReportItem
from reports.permissions import reports_visible_to, requests_visible_to

from .. import notices
from ..models import LETTER, CaseNote, Decision, Joining, Notice, Target
from ..permissions import visible_to
from .found import (
    SHOWN,
    Group,
    Ids,
    group,
    ids_of,
    newest_with_words,
    told,
    within_reason,
)
from .question import Question, signs_of

# How alike two handles are, of 1, or one and a part of the other: one letter of eight may differ.
ALIKE = {"pg_trgm.similarity_threshold": "0.5", "pg_trgm.word_similarity_threshold": "0.6"}
LINE = (
    *("title", "category", "urgency", "handling", "state", "is_answered", "opened_at"),
    *("due_at", "met_at", "closed_at", "outcome", "target_count", "source"),
    *("platform__name", "owner__name"),
)


def exactly(asked: Question, user: User) -> list[Group]:
    """By number, letter, account or phone: what is found by an index at once."""
    groups = [*_numbered(asked, user), *letters(asked, requests_visible_to(user))]
    accounts = accounts_of(asked)
    why = "phone" if asked.phone else "account"
    targets = Target.objects.filter(account__in=accounts, case__in=visible_to(user))
    newest = targets.order_by("-case__opened_at", "-pk")
    found = ids_of(why, list(newest.values_list("case_id", "account__display")[: 3 * SHOWN]))
    return [*groups, *cases_of([found], user), _told_only(asked, accounts, user)]


def widely(asked: Question, user: User, known: Iterable[int]) -> list[Group] | None:
    """By handles like it and by words; None where that would take too long. `known` are the cases
    that are shown already."""
    found = within_reason(
        lambda: (
            _alike(asked, user),
            _reported(asked, user),
            _cases_with(Decision.objects, "reasons", "decision", asked, user),
            _cases_with(CaseNote.objects, "text", "note", asked, user),
        )
    )
    if found is None:
        return None
    alike, (told_of, others), decided, noted = found
    return [*cases_of([alike, told_of, decided, noted], user, known), others]


def platforms_named(asked: Question) -> list[Group]:
    """The platform that is named, or whose address it is."""
    if not asked.platform:
        return []
    return [group("platform", "platform", Platform.objects.filter(slug=asked.platform))]


def letters(asked: Question, visible: QuerySet[FormalRequest]) -> list[Group]:
    """Formal requests whose letter or case number begins so, however it is spaced and divided."""
    if not asked.signs:
        return []
    rows = visible.alias(
        letter=full_text.signs_in("letter_number"), matter=full_text.signs_in("case_number")
    )
    # "STARTSWITH" of an expression: the index is in the order of the signs themselves.
    begins = Q(letter__startswith=asked.signs) | Q(matter__startswith=asked.signs)
    return [group("request", "letter", rows.filter(begins).order_by("-created_at", "-pk"))]


def numbered_notices(asked: Question, visible: QuerySet[Notice]) -> list[Group]:
    """The notices of this serial, unless the rest of the number is another's."""
    if asked.serial is None:
        return []
    handling, serial = asked.serial
    rows = visible.filter(handling=handling, serial=serial).select_related("platform")
    wanted = "" if asked.text.isdecimal() else _bare(asked.text)
    newest = rows.defer(*LETTER, "given").order_by("-revision")
    fitting = [one for one in newest if _bare(one.number or "").startswith(wanted)]
    return [Group("notice", "number", fitting[:SHOWN])]


def accounts_of(asked: Question) -> list[int]:
    """The ids of the accounts that are meant, for the caller to find rows by that may be seen."""
    if asked.phone:
        meant = Q(kind="phone", canonical=asked.phone)
    elif asked.accounts:
        meant = Q()
        for one in asked.accounts:
            meant |= Q(platform__slug=one.platform, kind=one.kind, canonical=one.canonical)
    elif asked.handle:
        meant = Q(canonical__in={asked.handle, asked.handle.lower()}) & ~Q(kind="phone")
    else:
        return []
    return list(ReportedAccount.objects.filter(meant).values_list("pk", flat=True))


def cases_of(found: Iterable[Ids], user: User, known: Iterable[int] = ()) -> list[Group]:
    """The cases behind these ids, each in the first group that names it; one statement."""
    found, seen = list(found), set(known)
    wanted = {pk for ids in found for pk in ids.ids} - seen
    rows = visible_to(user).filter(pk__in=wanted).select_related("platform", "owner")
    cases = {case.pk: case for case in rows.only(*LINE)} if wanted else {}
    groups = []
    for ids in found:
        fresh = [cases[pk] for pk in ids.ids if pk in cases and pk not in seen]
        seen |= {case.pk for case in fresh}
        groups.append(Group("case", ids.why, fresh, ids.has_more, ids.said))
    return groups


def _numbered(asked: Question, user: User) -> list[Group]:
    groups = cases_of([Ids("number", asked.cases)], user)
    if asked.reports:
        reports = reports_visible_to(user).filter(pk__in=asked.reports)
        groups.append(group("report", "number", reports.order_by("pk")))
    return groups + numbered_notices(asked, notices.visible_to(user))


def _told_only(asked: Question, accounts: list[int], user: User) -> Group:
    """Reports of the account that are in no case: still waiting, declined, passed on."""
    items = ReportItem.objects.filter(account__in=accounts, joining__isnull=True)
    visible = reports_visible_to(user).filter(pk__in=items.values("report_id"))
    why = "phone" if asked.phone else "account"
    return group("report", why, visible.order_by("-received_at", "-pk"))


def _alike(asked: Question, user: User) -> Ids:
    """Cases of accounts that hold the handle, or else of such as are spelled nearly so. Phone
    numbers are none of them: nobody finds a person by a part of a number."""
    handle = (asked.handle or next((one.canonical for one in asked.accounts), "")).lower()
    if not handle or asked.phone:
        return Ids("near", ())
    named = Target.objects.filter(case__in=visible_to(user)).exclude(account__kind="phone")
    # In no order: thousands may hold it, and to sort them all would be for twenty.
    pairs = _told_of(named.filter(account__canonical__contains=handle).order_by())
    if len(pairs) <= SHOWN:
        with told(**ALIKE):
            alike = named.filter(account__canonical__trigram_similar=handle)
            by_likeness = alike.annotate(alike=TrigramSimilarity("account__canonical", handle))
            pairs += _told_of(by_likeness.order_by("-alike", "-pk"))
            if not pairs:  # a part of a longer handle, misspelled
                part = named.filter(account__canonical__trigram_word_similar=handle)
                pairs = _told_of(part.order_by())
    return ids_of("near", pairs)


def _told_of(targets: QuerySet[Target]) -> list[tuple[int, str]]:
    return list(targets.values_list("case_id", "account__display")[: SHOWN + 1])


def _cases_with(table: Manager, column: str, why: str, asked: Question, user: User) -> Ids:
    """Cases with these words in a column of what was written of them."""
    if not asked.words:
        return Ids(why, ())
    rows = table.filter(case__in=visible_to(user))
    ids = newest_with_words(rows, column, asked.words)
    told_of = rows.filter(pk__in=ids).order_by("-pk").values_list("case_id", flat=True)
    return ids_of(why, [(pk, "") for pk in told_of])


def _reported(asked: Question, user: User) -> tuple[Ids, Group]:
    """Cases that reports with these words are in, and the reports that are in none."""
    if not asked.words:
        return Ids("words", ()), Group("report", "words", [])
    visible = reports_visible_to(user)
    if not user.is_cleared:  # the sealed would be walked over first: theirs are the highest ids
        visible = visible.filter(pk__lt=SEALED_FROM)
    ids = newest_with_words(visible, "reason", asked.words)
    joined = Joining.objects.filter(item__report_id__in=ids, target__case__in=visible_to(user))
    pairs = joined.values_list("item__report_id", "target__case_id").distinct()
    cases: dict[int, list[int]] = {}
    for report, case in pairs:
        cases.setdefault(report, []).append(case)
    told_of = [(case, "") for report in ids for case in cases.get(report, ())]
    others = visible.filter(pk__in=[pk for pk in ids if pk not in cases])
    return ids_of("words", told_of), group("report", "words", others.order_by("-received_at"))


def _bare(number: str) -> str:
    """The signs of a notice's number without leading zeros, its class letter first if given."""
    signs = signs_of(number)
    return signs[:1] + signs[1:].lstrip("0") if signs[:1].isalpha() else signs.lstrip("0")
