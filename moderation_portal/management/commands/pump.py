import signal
import threading
import time
from datetime import datetime

from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from moderation_portal import clock, outbox, pump, standstills


class Command(BaseCommand):
    help = "Runs the scheduler: enqueues what is periodic, wakes the workers for what is due."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one turn, then drain here")
        parser.add_argument("--seconds", type=float, default=2.0, help="pause between turns")

    def handle(self, *, once: bool, seconds: float, **options):
        guard, seen = standstills.Guard(), dict[str, datetime]()
        if once:
            for lane in self.turn(guard, seen):
                while outbox.drain(lane, at=clock.now()):
                    pass
            return
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        while not stop.wait(seconds):
            try:
                for lane, is_woken in self.turn(guard, seen).items():
                    if not is_woken:
                        pump.stand_in(lane)
            except OperationalError as error:
                self.stderr.write(f"the database does not answer, trying again: {error}")
                connection.close()

    def turn(self, guard: standstills.Guard, seen: dict[str, datetime]) -> dict[str, bool]:
        """The guard looks first: what a jump of the clock makes due is not begun before that."""
        at = clock.now()
        guard.look(at, time.monotonic())
        return pump.beat(at, seen)
