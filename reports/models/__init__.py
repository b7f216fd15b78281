"""What people told us. The identity of who told us lives in a row of its own, encrypted."""

from .kinds import Handling, Remedy, ReporterKind, Visibility
from .letter import Agency, ContactPoint, FormalRequest, Petition
from .telling import (
    Evidence,
    Finding,
    Question,
    Report,
    ReportedAccount,
    Reporter,
    ReporterIdentity,
    ReportItem,
    report_number,
)

__all__ = [
    "Agency",
    "ContactPoint",
    "Evidence",
    "Finding",
    "FormalRequest",
    "Handling",
    "Petition",
    "Question",
    "Remedy",
    "Report",
    "ReportItem",
    "ReportedAccount",
    "Reporter",
    "ReporterIdentity",
    "ReporterKind",
    "Visibility",
    "report_number",
]
