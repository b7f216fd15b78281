"""What the register leaves open, queued for a person: conflicts, app stores, missing websites."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from .models import Registration, RegistrationQuestion
from .websites import website

CONFLICT = RegistrationQuestion.Kind.HOST_CONFLICT.value
LEGAL_FORM = re.compile(r"\b(?:PT|TBK|PERSERO|CV)\b")


@transaction.atomic
def ask(registration_ids: Iterable[int], *, at: datetime) -> int:
    """Opens the questions that these new or changed registrations raise; returns how many.

    A question about a website that has since been mended is settled; a settled conflict is opened
    again when another registration joins it.
    """
    rows = list(Registration.objects.filter(pk__in=list(registration_ids)))
    wanted = _about_websites(rows, at) | _conflicts({row.host for row in rows if row.host})
    before = RegistrationQuestion.objects.count()
    RegistrationQuestion.objects.bulk_create(
        [
            RegistrationQuestion(
                kind=key.partition(":")[0],
                key=key,
                host=key.partition(":")[2] if key.startswith(CONFLICT) else "",
                opened_at=at,
            )
            for key in wanted
        ],
        ignore_conflicts=True,
    )
    _link(wanted)
    return RegistrationQuestion.objects.count() - before


def company_key(company: str) -> str:
    """A company's name without case, punctuation and legal form, to tell two companies apart."""
    plain = re.sub(r"[^\w\s]+", " ", company.upper())
    return " ".join(LEGAL_FORM.sub(" ", plain).split())


def _about_websites(rows: list[Registration], at: datetime) -> dict[str, set[int]]:
    wanted, mended = {}, []
    for row in rows:
        problem = website(row.website_raw).problem
        if problem:
            wanted[f"{problem}:{row.system_id}"] = {row.pk}
        mended += [
            f"{kind}:{row.system_id}"
            for kind in RegistrationQuestion.Kind.values
            if kind not in (CONFLICT, problem)
        ]
    RegistrationQuestion.objects.filter(key__in=mended, settled_at=None).update(
        settled_at=at, answer=_("The register itself has been mended.")
    )
    return wanted


def _conflicts(hosts: set[str]) -> dict[str, set[int]]:
    """Which of these hosts are claimed by two companies, and by which rows."""
    companies: dict[str, set[str]] = defaultdict(set)
    claims: dict[str, set[int]] = defaultdict(set)
    found = Registration.objects.filter(host__in=hosts).values_list("host", "company", "pk")
    for host, company, pk in found.iterator():
        companies[host].add(company_key(company))
        claims[host].add(pk)
    return {
        f"{CONFLICT}:{host}": claims[host] for host, names in companies.items() if len(names) > 1
    }


def _link(wanted: dict[str, set[int]]) -> None:
    through = RegistrationQuestion.registrations.through
    ids = dict(RegistrationQuestion.objects.filter(key__in=list(wanted)).values_list("key", "pk"))
    linked = set(
        through.objects.filter(registrationquestion_id__in=ids.values()).values_list(
            "registrationquestion_id", "registration_id"
        )
    )
    missing = {(ids[key], pk) for key, rows in wanted.items() for pk in rows} - linked
    through.objects.bulk_create(
        [through(registrationquestion_id=q, registration_id=r) for q, r in sorted(missing)]
    )
    RegistrationQuestion.objects.filter(
        pk__in={question for question, _row in missing}, settled_at__isnull=False
    ).update(settled_at=None, settled_by=None)
