"""What is missing before a telling can be acted on. Pure: the demands are the policy pack's.

The law asks less of the public (Permenkominfo 5/2020 art. 15(2)) than of a ministry, the police or
a court (art. 16(4), 17(1)); a machine's finding also needs a human who has looked at it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from moderation_portal.policy import Category, Requirement, pack

# What a telling can bring, by the code of the requirement that it meets.
REPORTER = frozenset({"reporter_identity", "reporter_contact"})
TELLING = frozenset({"reason", "good_faith", "seen_at", "screenshot", "designation_document"})
REQUEST = frozenset(
    {
        "contact_point_registered",
        "signed_letter",
        "letter_number",
        "letter_date",
        "legal_analysis",
        "urgency_reason",
    }
)
FINDING = frozenset({"detector_rule", "detector_query", "public_access_proof", "verifier"})
LOCATOR = "locator_precise"
VERIFIER = "verifier"
KNOWN = REPORTER | TELLING | REQUEST | FINDING | {LOCATOR}


@dataclass(frozen=True)
class Gap:
    """One thing that is missing: a stable code, a sentence in the reader's language, the rule
    of law behind it ("" where it is the regulator's own care), and of a locator what is wrong."""

    code: str
    message: str
    rule: str = ""
    problem: str = ""

    def as_json(self) -> dict[str, str]:
        """For the API, and for the row that keeps it; the sentence is worded anew when shown."""
        return {
            "code": self.code,
            "message": self.message,
            "rule": self.rule,
            "problem": self.problem,
        }


def gaps(source: str, category: Category, facts: Iterable[str], *, at: datetime) -> list[Gap]:
    """What is missing of a telling from `source` (a `ReporterKind`) in `category`.

    `facts` are the codes of the requirements that are met. Which are demanded on the day of `at`
    stands in the pack.
    """
    met = frozenset(facts)
    return [
        gap_of(demand)
        for demand in pack().requirements(source, at)
        if demand.code not in met and demand.applies(category)
    ]


def gap_of(demand: Requirement, problem: str = "") -> Gap:
    """The gap that an unmet requirement leaves."""
    return Gap(demand.code, str(demand.message), demand.rule_id, problem)


def messages(stored: Iterable[Mapping[str, str]]) -> list[str]:
    """The sentences of stored gaps in the active language."""
    worded = {
        demand.code: str(demand.message) for demand in reversed(pack().sections["requirements"])
    }
    return [worded.get(gap["code"], gap.get("message", "")) for gap in stored]
