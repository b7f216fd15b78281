"""Files come in bounded: a larger one is refused while it is still arriving."""

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Stops an upload at `settings.UPLOAD_MAX_BYTES`, or `IMPORT_MAX_BYTES` for file imports."""

    def new_file(self, *args, **kwargs):
        super().new_file(*args, **kwargs)
        self.received = 0
        is_import = self.request is not None and self.request.path.endswith("/import/")
        self.most = settings.IMPORT_MAX_BYTES if is_import else settings.UPLOAD_MAX_BYTES

    def receive_data_chunk(self, raw_data, start):
        self.received += len(raw_data)
        if self.received > self.most:
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)
