from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from moderation_portal import clock, standstills
from moderation_portal.errors import PortalError
from moderation_portal.models import Lane, OutboxMessage, OutboxState
from moderation_portal.outbox import desk, explaining, reconciling
from moderation_portal.roles import Actor, Role

STATES = {
    "waiting": [OutboxState.QUEUED, OutboxState.LEASED],
    "leased": [OutboxState.LEASED],
    "dead": [OutboxState.DEAD],
    "done": [OutboxState.DONE],
}


class Command(BaseCommand):
    help = "What must leave or be done: figures, lists, one message explained; retry, bury, hold."

    def add_arguments(self, parser):
        actions = parser.add_subparsers(dest="action", metavar="action")
        told = {
            "figures": "ages and counts, a line each (the default)",
            "check": "the same, and ends with an error where a person must look",
            "list": "messages that are not done, the oldest first",
            "explain": "the life of one message",
            "retry": "tries dead letters anew",
            "bury": "gives up messages that wait",
            "hold": "lets nothing leave the building any more",
            "reconcile": "after a restore: what may have left; marks as sent what has",
            "release": "lets everything leave again, or escalations go on",
        }
        here = {name: actions.add_parser(name, help=words) for name, words in told.items()}
        for name in ("list", "retry", "bury"):
            here[name].add_argument("--topic", default="")
        here["list"].add_argument("--lane", choices=Lane.values, default="")
        here["list"].add_argument("--state", choices=STATES)
        here["list"].add_argument(
            "--most", type=int, default=50, help="so many lines (%(default)s)"
        )
        here["explain"].add_argument("id", type=int)
        for name in ("retry", "bury"):
            here[name].add_argument("ids", type=int, nargs="*")
        here["retry"].add_argument("--dead", action="store_true", help="all that are dead")
        here["reconcile"].add_argument("--sent", type=int, nargs="+", default=[], metavar="ID")
        here["reconcile"].add_argument("--log", type=Path, help="the mail server's log, with ids")
        here["release"].add_argument("--what", choices=["everything", "escalations"], required=True)
        for name in ("retry", "bury", "hold", "release"):
            _sign(here[name], is_required=True)
        _sign(here["reconcile"], is_required=False)

    def handle(self, *, action: str | None, **options):
        try:
            getattr(self, f"do_{action or 'figures'}")(clock.now(), **options)
        except PortalError as refusal:
            raise CommandError(refusal.sentence) from refusal

    def do_figures(self, at: datetime, **options) -> dict[str, int]:
        told = explaining.figures(at)
        for name, figure in told.items():
            self.stdout.write(f"{name} {figure}")
        return told

    def do_check(self, at: datetime, **options) -> None:
        wrong = explaining.troubles(self.do_figures(at))
        if wrong:
            raise CommandError(f"a person must look: {', '.join(wrong)}")

    def do_list(self, at: datetime, *, state, topic, lane, most, **options) -> None:
        found = desk.listed(states=STATES.get(state, ()), topic=topic, lane=lane)
        rows = list(found[: most + 1])
        for row in rows[:most]:
            self.stdout.write(explaining.line(row, at))
        if len(rows) > most:
            self.stdout.write(f"There are more. These are the oldest {most}.")
        elif not rows:
            self.stdout.write("Nothing.")

    def do_explain(self, at: datetime, *, id: int, **options) -> None:
        row = OutboxMessage.objects.filter(pk=id).first()
        if row is None:
            raise CommandError("There is no such message. What is done is deleted after a week.")
        for sentence in explaining.explain(row, at):
            self.stdout.write(sentence)

    def do_retry(self, at: datetime, *, ids, dead, topic, by, reason, **options) -> None:
        if bool(ids) == dead:
            raise CommandError("Say which: ids, or --dead (with --topic for one topic alone).")
        found = desk.listed(states=[OutboxState.DEAD], topic=topic)
        found = found if dead else found.filter(pk__in=ids)
        self._told(desk.retry(found, actor=_operator(by), reason=reason, at=at), ids, "queued anew")

    def do_bury(self, at: datetime, *, ids, topic, by, reason, **options) -> None:
        if not ids:
            raise CommandError("Say which: manage.py outbox bury ID…")
        found = desk.listed(states=STATES["waiting"], topic=topic).filter(pk__in=ids)
        self._told(desk.bury(found, actor=_operator(by), reason=reason, at=at), ids, "given up")

    def do_hold(self, at: datetime, *, by, reason, **options) -> None:
        begun = standstills.begin(
            standstills.RESTORE, "asked", at=at, actor=_operator(by), reason=reason
        )
        said = "Nothing leaves any more; what a worker had in hand ends within a minute or two."
        self.stdout.write(said if begun else "Nothing leaves already.")

    def do_reconcile(self, at: datetime, *, sent, log, by, reason, **options) -> None:
        rows = reconciling.doubtful()
        if log:
            named = reconciling.named_in(log.read_text(errors="replace").splitlines())
            sent = [*sent, *(row.message.pk for row in rows if row.message_id in named)]
        done: list[int] = []
        if sent:
            if not (by and reason):
                raise CommandError("Marking as sent wants --by and --reason.")
            actor = _operator(by)
            done, left = reconciling.were_sent(sent, actor=actor, reason=reason, at=at)
            self._told(done, [*done, *left], "marked as sent")
        else:
            for row in rows:
                shown = explaining.line(row.message, at)
                self.stdout.write(f"{shown}  {row.message_id or '(no Message-ID)'}")
        self.stdout.write(
            f"{len(rows) - len(done)} wait. What has not left yet does after: "
            "manage.py outbox release --what everything --by NAME --reason WHY"
        )

    def do_release(self, at: datetime, *, what, by, reason, **options) -> None:
        if what == "everything":
            reconciling.let_leave(actor=_operator(by), reason=reason, at=at)
        else:
            standstills.release(standstills.CLOCK, actor=_operator(by), reason=reason, at=at)
        self.stdout.write("It goes on.")

    def _told(self, done: list[int], asked: list[int], what: str) -> None:
        self.stdout.write(f"{len(done)} {what}.")
        if left := sorted(set(asked) - set(done)):
            self.stdout.write(f"Left as they are: {', '.join(map(str, left))}")


def _sign(parser: ArgumentParser, *, is_required: bool) -> None:
    parser.add_argument("--by", required=is_required, default="", help="your name, for the record")
    parser.add_argument("--reason", required=is_required, default="", help="for the record")


def _operator(name: str) -> Actor:
    return Actor(Role.SYSTEM, name)
