"""The log of requests that gunicorn writes, without what an address lets its holder do.

Name it on the command line: `--logger-class moderation_portal.access_log.AccessLog`.
"""

from typing import Any

from gunicorn.glogging import Logger

from .logs import masked


class AccessLog(Logger):
    """gunicorn's own, with addresses masked: of the request, of the page that led to it, and of
    the page that it leads to."""

    def atoms(self, resp: Any, req: Any, environ: Any, request_time: Any) -> dict[str, Any]:
        """What a line may say, by gunicorn's names."""
        found = super().atoms(resp, req, environ, request_time)
        return {
            name: masked(value) if isinstance(value, str) else value
            for name, value in found.items()
        }
