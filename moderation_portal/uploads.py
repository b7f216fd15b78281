"""Files come in bounded: a larger one is refused while it is still arriving."""

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)


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


class HashedFile(UploadedFile):
    """What is left of a file that was only hashed: its name, size and SHA-256."""

    def __init__(self, name: str | None, size: int, sha256: str):
        super().__init__(BytesIO(), name, "application/octet-stream", size)
        self.sha256 = sha256


class HashingUploadHandler(FileUploadHandler):
    """Takes the hash of a file while it arrives, and keeps nothing of it in memory or on the disk.

    It stops at `settings.UPLOAD_MAX_BYTES`. Set it before anything of the request is read.
    """

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received, self.digest = 0, hashlib.sha256()

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > settings.UPLOAD_MAX_BYTES:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        self.digest.update(raw_data)

    def file_complete(self, file_size):
        return HashedFile(self.file_name, self.received, self.digest.hexdigest())
