"""What people told us. The identity of who told us lives in a row of its own, encrypted."""

from .kinds import Handling, HostKind, Remedy, ReporterKind, Visibility
from .letter import Agency, ContactPoint, FormalRequest
from .operation import JointOperation
from .panel import Panel, PanelMember
from .petition import Petition, PetitionerIdentity
from .routing_rule import RoutingRule
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
    "HostKind",
    "JointOperation",
    "Panel",
    "PanelMember",
    "Petition",
    "PetitionerIdentity",
    "Question",
    "Remedy",
    "Report",
    "ReportItem",
    "ReportedAccount",
    "Reporter",
    "ReporterIdentity",
    "ReporterKind",
    "RoutingRule",
    "Visibility",
    "report_number",
]
