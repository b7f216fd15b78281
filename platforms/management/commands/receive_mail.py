"""The pipe of a mail server: one message on standard input, kept, or given back to be tried again.

The exit codes are those of sysexits.h, by which a mail server tells what to do: 0 it is kept, 65 it
never will be (empty, or too large), 75 not now.
"""

import os
import sys
import traceback

from django.core.management.base import BaseCommand

from moderation_portal import clock
from moderation_portal.errors import Invalid
from platforms import replies

DOOR = "pipe"


class Command(BaseCommand):
    help = "Keeps one e-mail from standard input; exits 75 when the mail server is to try again."
    requires_system_checks = []

    def handle(self, **options):
        try:
            raw = sys.stdin.buffer.read(replies.MOST_BYTES + 1)
            replies.receive([raw], by=DOOR, at=clock.now())
        except Invalid as error:
            self.stderr.write(error.sentence)
            sys.exit(os.EX_DATAERR)
        except Exception:  # whatever it was, the mail server still has the message
            traceback.print_exc()
            sys.exit(os.EX_TEMPFAIL)
