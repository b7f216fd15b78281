"""What the tests of the platforms' API do again and again."""

import json

from django.test import Client

from moderation_portal import tokens
from tests import world
from tests.world import AT

A, B, C = "michat: bunga_77", "michat: melati_12", "michat: mawar_3"


class Program:
    """What calls with the key of a responder."""

    def __init__(self, user=None, scopes=tokens.ANSWERING):
        self.user = user or world.joko()
        key = tokens.issue(self.user, "program", scopes, at=AT).key
        self.headers = {"authorization": f"Bearer {key}", "accept-language": "en"}
        self.calls = 0

    def get(self, path="", **query):
        return Client().get(f"/api/v1/notices/{path}", query, headers=self.headers)

    def post(self, path, body, *, key=None):
        self.calls += 1
        headers = {**self.headers, "idempotency-key": key or f"call-{self.calls}"}
        content = body if isinstance(body, str) else json.dumps(body)
        return Client().post(
            f"/api/v1/notices/{path}", content, "application/json", headers=headers
        )

    def answer(self, made, *items, **more):
        key = more.pop("key", None)
        return self.post(f"{made.pk}/answers/", {"items": list(items), **more}, key=key)

    def read(self, made, **query):
        response = self.get(f"{made.pk}/", **query)
        assert response.status_code == 200, response.content
        return response.json()


def keys(told):
    return {line["locator"]: line["key"] for line in told["items"]}
