"""The fixed words of the outreach map: channels, classes, states and what a finished work order does."""

from __future__ import annotations

from types import MappingProxyType

UNITS = ("2023", "2025")
"""Sets of administrative units: the 13 communes of 2023 and the 5 in force since 1 July 2025."""

VILLAGE_KINDS = ("thôn", "tổ dân phố")
COMMUNE_KINDS = ("xã", "thị trấn", "phường")
REGISTER_STATUSES = ("official", "reported", "historical")

CHANNELS = (
    "pano",
    "dialogue",
    "banner",
    "slogan",
    "leaflet",
    "loudspeaker",
    "movement",
    "training",
    "portal",
    "press",
    "supervision",
)
LEDGER_CHANNELS = ("training", "portal", "press", "supervision")
"""Channels that are kept in the ledger and reach no village by themselves."""
REACHING_CHANNELS = tuple(c for c in CHANNELS if c not in LEDGER_CHANNELS)

CLASSES = ("reached", "planned", "possible", "no_location", "unreached")
"""The one class of a village, strongest first."""
REACH_VALUES = ("reached", "possible", "no_location", "unreached")
"""What a single scenario says of a village, strongest first."""
BASES = ("explicit", "distance", "commune")
"""What a village's reach rests on, strongest first."""

ACTIVITY_STATES = ("planned", "done", "cancelled")
ACTIVITY_SCOPES = ("villages", "communes", "district")

PANO_STATES = ("planned", "building", "in_service", "suspended", "retired")
PANO_STATES_STANDING = ("in_service", "suspended")
"""States of a pano that stands where it is."""
PANO_CONDITIONS = ("good", "minor_damage", "major_damage", "unchecked")
PANO_STATUSES = (
    "planned",
    "building",
    "in_service",
    "needs_repair",
    "repairing",
    "awaiting_acceptance",
    "suspended",
    "retired",
)
"""The one status of a pano that a person sees, derived in ``records.status``."""

CANDIDATES = ("villages", "venues")
"""Places of a workspace where a pano can be proposed."""
WEIGHTS = ("villages", "households", "poor_households")
"""What reaching a village by a new pano counts: one, or the people in it."""

WORK_KINDS = ("build", "repair_frame", "replace_canvas", "remove")
WORK_STATES = (
    "proposed",
    "surveyed",
    "approved",
    "assigned",
    "in_progress",
    "paused",
    "awaiting_acceptance",
    "rejected",
    "done",
    "cancelled",
)
WORK_STATES_COMMITTED = (
    "approved",
    "assigned",
    "in_progress",
    "paused",
    "awaiting_acceptance",
    "rejected",
)
"""Open work orders that are approved, and therefore count in the plan."""

WORK_EFFECTS = MappingProxyType(
    {
        "build": MappingProxyType({"state": "in_service", "condition": "good"}),
        "repair_frame": MappingProxyType({"condition": "good"}),
        "replace_canvas": MappingProxyType({"content_until": None}),
        "remove": MappingProxyType({"state": "retired"}),
    }
)
"""What a work order changes on its pano once it is done: column to value."""

DEFAULT_PANO_RADIUS_M = 1000.0
"""Service radius in metres where neither the pano nor the plan gives one; an assumption, shown as one."""
