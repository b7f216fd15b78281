"""A platform's program that takes in what we send to its webhook, for tests."""

import hmac
import json
from http.server import BaseHTTPRequestHandler


class Receiver(BaseHTTPRequestHandler):
    """Keeps each call and answers the next of `answers`, or 200; `None` hangs up on the caller."""

    calls: list[dict] = []
    answers: list = []
    words = b"thanks"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.calls.append({"path": self.path, "headers": dict(self.headers), "body": body})
        status = self.answers.pop(0) if self.answers else 200
        if status is None:
            self.close_connection = True
            return
        self.send_response(status)
        if 300 <= status < 400:
            self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(self.words)))
        self.end_headers()
        self.wfile.write(self.words)

    def log_message(self, *args):
        pass


def told(call: dict) -> dict:
    """What a call says."""
    return json.loads(call["body"])


def is_ours(call: dict, secret: str) -> bool:
    """Whether a program that has this secret takes the call for ours, as the manual says."""
    signed = call["headers"]["Portal-Timestamp"].encode() + b"." + call["body"]
    mark = "v1=" + hmac.digest(secret.encode(), signed, "sha256").hex()
    given = call["headers"]["Portal-Signature"].split(",")
    return any(hmac.compare_digest(mark, one) for one in given)
