"""Files come in bounded: a larger one is refused while it is still arriving."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


def takes_large_files(view: Callable[..., Any]) -> Callable[..., Any]:
    """Marks a view that takes files of up to `settings.IMPORT_MAX_BYTES`."""
    view.takes_large_files = True  # type: ignore[attr-defined]
    return view


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops an upload at `settings.UPLOAD_MAX_BYTES`; at `IMPORT_MAX_BYTES` if a view says so."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0
        match = self.request and self.request.resolver_match
        is_large = getattr(match and match.func, "takes_large_files", False)
        self.most = settings.IMPORT_MAX_BYTES if is_large else settings.UPLOAD_MAX_BYTES

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > self.most:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)
