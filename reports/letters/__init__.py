"""Official e-mails and letters read into draft formal requests: never live ones, a person decides.

Pure: no database, no clock, no network. `read` takes a file, the modules beside it one matter each.
"""

from .draft import Attachment, DraftLetter, Found
from .reader import read

__all__ = ["Attachment", "DraftLetter", "Found", "read"]
