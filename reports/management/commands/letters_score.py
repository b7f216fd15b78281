"""How well letters are read: precision and recall on the letters that the tests know."""

import sys

from django.core.management.base import BaseCommand

from reports.letters import score


class Command(BaseCommand):
    help = "Prints precision and recall of targets, dates and numbers; --misses lists each miss."

    def add_arguments(self, parser):
        parser.add_argument("--misses", action="store_true", help="say what was missed, and where")

    def handle(self, *, misses: bool, **options):
        sys.exit(score.main(["--misses"] if misses else []))
