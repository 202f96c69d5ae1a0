"""Geography of the outreach map: data folders, units, distances and reach, without a screen or a store."""

from geo.check import CheckReport, check_folder
from geo.errors import ArgumentError, DataFolderError, Fault, OutreachError, UnitsError
from geo.folder import read_workspace
from geo.units import commune_label, commune_name, to_units
from geo.workspace import Commitment, Plan, Workspace

__all__ = [
    "ArgumentError",
    "CheckReport",
    "Commitment",
    "DataFolderError",
    "Fault",
    "OutreachError",
    "Plan",
    "UnitsError",
    "Workspace",
    "check_folder",
    "commune_label",
    "commune_name",
    "read_workspace",
    "to_units",
]
