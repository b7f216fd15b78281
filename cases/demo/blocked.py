"""Two platforms that stay silent to the end of the ladder: one is being blocked, one is back."""

from datetime import datetime, timedelta
from typing import Any

from moderation_portal import policy
from reports.intake import Line

from .. import blocks, notices
from ..models import AccessLetter, Block, Case, Notice
from .doing import Stage, approve, case_of, claim, pictures, receive, uphold
from .passing import work

ACCOUNTS = ("https://www.bigo.tv/dahlia_siaran", "https://likee.video/@kamboja_siaran")
CATEGORY = "terrorism"
REASONS = "Siaran langsung mengajak penontonnya melakukan aksi teror dan memuat petunjuknya."
TEST = {
    "legality": "Siaran mengajak melakukan aksi teror dan memuat petunjuk untuk itu.",
    "aim": "Melindungi keselamatan orang banyak.",
    "remedy": "account",
    "necessity": "Akun hanya dipakai untuk siaran ajakan; tidak ada konten lain.",
}
RUNGS = (("warning_1", "sri"), ("warning_2", "dewi"), ("warning_3", "dewi"))
SAID = "Surel narahubung."
UNHEARD = "Platform tidak menyampaikan alasan apa pun."


def silent(stage: Stage, at: datetime) -> list[Case]:
    """Urgent orders to two platforms for live broadcasts, which nobody answers."""
    stage.step("Two platforms for live broadcasts are ordered, and stay silent", at)
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    cases = []
    for account in ACCOUNTS:
        told = {"category": CATEGORY, "reason": REASONS, "uploads": pictures(CATEGORY)}
        case = case_of(receive(stage.clock.at, Line(account, visibility="public"), **told))
        claim(case, ayu, stage.clock.at)
        uphold(case, ayu, stage.clock.at, reasons=REASONS, test=TEST)
        approve(case, sri, stage.clock.at)
        cases.append(case)
    work(stage.clock.at)
    return cases


def sign(stage: Stage, cases: list[Case], rung: str, signers: tuple[str, ...]) -> None:
    """What the ladder has drafted for these cases by now is signed."""
    for draft in Notice.objects.filter(rung=rung, items__target__case__in=cases).order_by("pk"):
        for signer in signers:
            person = stage.people[signer]
            notices.sign(draft, actor=person, note=UNHEARD, at=stage.clock.at)
    work(stage.clock.at)


def warn(stage: Stage, cases: list[Case], turn: int, at: datetime) -> None:
    """The next warning of both."""
    rung, signer = RUNGS[turn]
    stage.step(f"Both are silent still: {rung} is signed", max(at, stage.clock.at))
    sign(stage, cases, rung, (signer,))


def decided(stage: Stage, cases: list[Case], at: datetime) -> list[Block]:
    """Both are proposed, the decisions are entered and carried out."""
    at = max(at, stage.clock.at)
    stage.step("Blocking both is proposed and decided, and the access providers are told", at)
    sign(stage, cases, "block_proposal", ("sri", "dewi"))
    at, made = stage.clock.to(at + timedelta(hours=1)), []
    proposals = Notice.objects.filter(rung="block_proposal", items__target__case__in=cases)
    for place, proposal in enumerate(proposals.order_by("pk"), start=1):
        hosts = list(proposal.platform.hosts.values_list("host", flat=True))
        who: dict[str, Any] = {"actor": stage.people["sri"], "at": at}
        number = f"Kepmen Contoh {place}/{at:%Y}"
        entered = blocks.enter(
            proposal, number, policy.pack().day(at), is_granted=True, hosts=hosts, **who
        )
        made.append(blocks.issue(entered, actor=stage.people["dewi"], at=at))
    work(at)
    first = made[-1].letters.order_by("provider").first()
    if first is not None:
        blocks.confirm(first, policy.pack().day(at), SAID, actor=stage.people["ayu"], at=at)
    return made


def back(stage: Stage, block: Block, at: datetime) -> None:
    """The first of them is blocked, asks to be restored within the law's time, and is."""
    at = max(at, stage.clock.at)
    stage.step("One of them is blocked, closes the account and is restored", at)
    confirm(stage, block, AccessLetter.Kind.BLOCK, at)
    wanted = ["letter", "contact", "id_card", "proof", "recommendation", "legitimacy"]
    asked: dict[str, Any] = {
        "is_by_office": False,
        "documents": wanted,
        "actor": stage.people["ayu"],
        "at": at,
    }
    blocks.ask(block, f"12/LEGAL/{at:%Y}", policy.pack().day(at), **asked)
    at = stage.clock.to(at + timedelta(hours=2))
    answer = "Akun sudah ditutup dan permohonannya lengkap."
    who: dict[str, Any] = {"actor": stage.people["dewi"], "at": at}
    blocks.decide(block, f"Kepmen Contoh 3/{at:%Y}", answer, is_granted=True, **who)
    work(at)
    confirm(stage, block, AccessLetter.Kind.RESTORE, stage.clock.to(at + timedelta(hours=1)))


def confirm(stage: Stage, block: Block, kind: str, at: datetime) -> None:
    """Every access provider has done what its letter orders."""
    for letter in block.letters.filter(kind=kind):
        blocks.confirm(letter, policy.pack().day(at), SAID, actor=stage.people["ayu"], at=at)
