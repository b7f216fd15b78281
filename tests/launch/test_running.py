"""What `./portal run` says and starts."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from moderation_portal.launch.places import Places
from moderation_portal.launch.running import (
    already_running,
    free_port,
    mail_part,
    mail_variables,
    program_parts,
    require_free_port,
    responds,
    told_host,
    why_no_port,
)
from moderation_portal.launch.telling import Stop


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture
def silent_port():
    """A port that is held, so that nobody can listen there meanwhile."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture
def places(tmp_path) -> Places:
    return Places(tmp_path, tmp_path / "data")


def test_a_taken_port_is_named_with_the_way_out(taken_port):
    with pytest.raises(Stop, match=rf"Port {taken_port} is taken .* --port {taken_port + 10}"):
        require_free_port("127.0.0.1", taken_port)


def test_a_number_that_is_no_port_is_told():
    with pytest.raises(Stop, match="70000 is no port number"):
        require_free_port("127.0.0.1", 70000)


def test_an_address_of_another_machine_is_told():
    with pytest.raises(Stop, match=r"cannot listen on 192\.0\.2\.1"):
        require_free_port("192.0.2.1", 8000)


def test_a_low_port_needs_root():
    assert "Only root" in why_no_port("127.0.0.1", 80, PermissionError(13, "denied"))


def test_a_free_port_is_taken_without_a_word():
    require_free_port("127.0.0.1", free_port(0))


def test_mail_goes_elsewhere_when_its_usual_port_is_taken(taken_port):
    assert free_port(taken_port) != taken_port


def test_mail_is_left_to_the_server_that_the_caller_names():
    assert mail_variables(8000, {"EMAIL_URL": "smtp://mail.example"}) == {}


def test_a_second_run_names_the_first(places):
    state = {"process": 4711, "base_url": "http://localhost:8000"}
    sentence = already_running(state, places)
    assert "process 4711" in sentence
    assert "http://localhost:8000" in sentence
    assert "PORTAL_HOME" in sentence


def test_a_run_beside_another_command_is_told_to_wait(places):
    assert "Wait until it has ended" in already_running({"process": 4711}, places)


@pytest.mark.parametrize(
    ("host", "told"),
    [("127.0.0.1", "localhost"), ("::1", "localhost"), ("2001:db8::7", "[2001:db8::7]")],
)
def test_links_name_a_host_that_can_be_opened(host, told):
    assert told_host(host) == told


def test_one_worker_is_reserved_for_what_is_urgent(places):
    parts = program_parts(places, {}, ("127.0.0.1", 8000))
    queues = {
        part.name: part.command[part.command.index("-Q") + 1]
        for part in parts
        if "-Q" in part.command
    }
    assert queues == {"worker-urgent": "urgent", "worker-rest": "notice,internal,bulk"}


def test_the_mail_catcher_is_not_ready_before_somebody_takes_mail(places, silent_port):
    nobody = f"127.0.0.1:{silent_port}"
    variables = {"EMAIL_URL": f"smtp://{nobody}", "MAIL_PAGE_URL": f"http://{nobody}"}
    assert not mail_part(places, variables).is_ready()


@pytest.fixture
def web_server() -> Iterator[HTTPServer]:
    """Answers with the status that its path names, and sends everybody to encrypted pages."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(int(self.path[1:]))
            self.send_header("Location", "https://127.0.0.1:1/")
            self.end_headers()

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.mark.parametrize(("status", "is_up"), [(200, True), (301, True), (400, True), (503, False)])
def test_a_web_server_is_up_that_only_sends_us_to_encrypted_pages(web_server, status, is_up):
    assert responds(f"http://127.0.0.1:{web_server.server_port}/{status}") is is_up


def test_where_nobody_listens_nothing_is_up(silent_port):
    assert not responds(f"http://127.0.0.1:{silent_port}/healthz")


def test_every_program_is_started(places):
    names = [part.name for part in program_parts(places, {}, ("127.0.0.1", 8000))]
    assert names == ["web", "worker-urgent", "worker-rest", "pump"]
