"""A Hold in the demo: the police follow an account, and only the cleared know."""

from datetime import datetime, timedelta

from reports.models import FormalRequest, ReportedAccount

from ..holds import asking, deciding
from .doing import Stage

REASON = "Akun sedang dalam penyidikan; pemberitahuan akan menggagalkan penelusuran pengelolanya."


def followed_account(stage: Stage, at: datetime) -> None:
    """The unit asks to leave one account of its letter alone; two cleared persons agree."""
    stage.step("The police ask for a Hold on one account; only the cleared hear of it", at)
    police, citra, yanti = (stage.people[name] for name in ("polisi", "citra", "yanti"))
    letter = FormalRequest.objects.filter(state=FormalRequest.State.SUBMITTED).latest(
        "submitted_at"
    )
    account = ReportedAccount.objects.get(canonical="anggrek_contoh", platform__slug="telegram")
    asked = asking.ask(letter, [account.pk], days=14, reason=REASON, actor=police, at=at)
    holds = asked.done
    deciding.propose(holds, actor=citra, at=stage.clock.to(at + timedelta(minutes=9))).insist()
    deciding.approve(holds, actor=yanti, at=stage.clock.to(at + timedelta(minutes=21))).insist()
