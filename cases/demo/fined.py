"""A platform that stays silent after two warnings, and is fined: what removal would not undo."""

from datetime import datetime, timedelta

from moderation_portal import policy
from reports.intake import Line

from .. import fines, notices
from ..models import Case, Notice
from .doing import Stage, case_of, decide, receive
from .passing import work


def silent(stage: Stage, at: datetime) -> Case:
    """An order to Telegram that nobody answers."""
    stage.step("Telegram is ordered to close a channel, and stays silent", at)
    case = case_of(receive(at, Line("https://t.me/anggrek_malam_contoh", visibility="public")))
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    reasons = "Kanal menawarkan jasa seksual berbayar dan mencantumkan tarif."
    decide(stage.clock, case, ayu, sri, at + timedelta(minutes=30), reasons=reasons)
    return case


def warn(stage: Stage, case: Case, rung: str, signer: str, at: datetime) -> None:
    """A warning that the ladder has drafted is signed."""
    at = stage.step(f"Still silence: {rung} is signed", max(at, stage.clock.at))
    draft = Notice.objects.get(rung=rung, items__target__case=case)
    notices.sign(draft, actor=stage.people[signer], at=at)
    work(at)


def fine(stage: Stage, case: Case, at: datetime) -> None:
    """A fine for the second warning: one person proposes it, another assesses it."""
    at = stage.step("Telegram is fined for the second warning", max(at, stage.clock.at))
    warning = Notice.objects.get(rung="warning_2", items__target__case=case)
    table = policy.pack().fine_table(at)
    if table is None:
        return
    choices = {one.code: one.indices[-1].code for one in table.chosen_by_officer}
    why = "Dua surat teguran tidak dijawab dan kanal masih dapat diakses."
    made = fines.propose(warning, choices, why, actor=stage.people["ayu"], at=at)
    at = stage.clock.to(at + timedelta(hours=1))
    fines.approve(made, actor=stage.people["sri"], at=at)
    work(at)
