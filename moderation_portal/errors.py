"""The three ways a verb says no, mapped once to an HTTP status for pages and API alike."""

from collections.abc import Mapping

from django.utils.functional import Promise


class PortalError(Exception):
    """A sentence for the reader, and machine-readable detail for the API.

    `sentence` is translated text that says what is wrong and what to do about it;
    `detail` is JSON-ready (gaps, field errors, who won a race and when).
    """

    status = 500
    code = "error"

    def __init__(self, sentence: str | Promise, detail: Mapping[str, object] | None = None):
        super().__init__(sentence)
        self.sentence = str(sentence)
        self.detail = dict(detail or {})


class Refused(PortalError):
    """This actor may not do this."""

    status = 403
    code = "refused"


class Conflict(PortalError):
    """Somebody else was first, or the state has moved on; `detail` says who and when."""

    status = 409
    code = "conflict"


class Invalid(PortalError):
    """What was given cannot be used; `detail` says which part and how to mend it."""

    status = 422
    code = "invalid"

    @classmethod
    def field(cls, name: str, sentence: str | Promise) -> "Invalid":
        """What is wrong with the one field of this name."""
        return cls(sentence, {"fields": {name: str(sentence)}})
