"""A real SMTP server on a free port for tests, which can be told to misbehave."""

import asyncio
import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller


@dataclass
class Box:
    """What arrived, and how the server is to answer: address -> SMTP answer to RCPT."""

    messages: list[tuple[str, EmailMessage]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    mail_answer: str = ""
    data_answer: str = ""
    is_dropping: bool = False
    deaf: str = ""  # over this address it falls silent
    cut: str = ""  # and over this one it hangs up

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        if self.mail_answer:
            return self.mail_answer
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address == self.deaf:
            await asyncio.sleep(30)
        if address == self.cut:
            server.transport.close()
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        if not self.data_answer:
            self.messages += [(to, message) for to in envelope.rcpt_tos]
        if self.is_dropping:
            server.transport.close()
        return self.data_answer or f"250 OK queued as {len(self.messages)}"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages for one address, oldest first."""
        return [message for recipient, message in self.messages if recipient == address]

    def empty(self) -> None:
        """As new."""
        self.messages.clear()
        self.answers.clear()
        self.mail_answer = self.data_answer = ""
        self.is_dropping = False
        self.deaf = self.cut = ""


class _FreePort(Controller):
    """The stock controller checks its start by connecting to its port, which is 0 until then."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture(scope="session")
def mail_server():
    """The running server and its box; tests use `mail`."""
    box = Box()
    controller = _FreePort(box, hostname="127.0.0.1", port=0)
    controller.start()
    yield controller, box
    controller.stop()


@pytest.fixture
def mail(mail_server, settings):
    """An empty box, with the portal's mail going to it."""
    controller, box = mail_server
    box.empty()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    return box
