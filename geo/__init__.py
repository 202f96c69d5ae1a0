"""Geography of the outreach map: data folders, units, distances and reach, without a screen or a store."""

from importlib import import_module

_MODULE_OF = {
    "ArgumentError": "errors",
    "CheckReport": "check",
    "Commitment": "workspace",
    "Coverage": "coverage",
    "DataFolderError": "errors",
    "Fault": "errors",
    "OutreachError": "errors",
    "Plan": "workspace",
    "Reach": "reach",
    "UnitsError": "errors",
    "Workspace": "workspace",
    "check_folder": "check",
    "commune_label": "units",
    "commune_name": "units",
    "reached_by_pano": "reach",
    "reachers": "reach",
    "read_workspace": "folder",
    "to_units": "units",
}
__all__ = list(_MODULE_OF)


def __getattr__(name: str) -> object:
    """Import what is asked for, and only then: texts and errors don't need geopandas."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
