"""What an API call brings, before anybody has looked at it."""

from io import BytesIO

from moderation_portal.bodies import Json


def parsed(body: str):
    return Json().parse(BytesIO(body.encode()), parser_context={})


def test_what_cannot_be_stored_is_marked_and_never_left_out():
    said = parsed(r'{"a\ud800": ["x\u0000y", {"k": "melati\ud800_88"}], "n": 1}')
    assert said == {"a\ufffd": ["x\ufffdy", {"k": "melati\ufffd_88"}], "n": 1}


def test_a_pair_of_surrogates_is_the_character_that_it_stands_for():
    assert parsed(r'["\ud83d\udc8b"]') == ["💋"]
