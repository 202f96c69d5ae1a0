"""Who may do what: one table of roles and rights, which the code, the documents and the tests read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from records.errors import Forbidden

ROLES = ("viewer", "field", "planner", "approver", "admin")
"""``viewer`` is also whoever has not signed in; ``field`` acts in its own communes only."""

_SIGNED_IN = ("field", "planner", "approver", "admin")
_OFFICE = ("planner", "approver", "admin")
_PLANNING = ("planner", "admin")
_DECIDING = ("approver", "admin")
_RUNNING = ("admin",)

RIGHTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "read": ROLES,
        "see_people": _SIGNED_IN,
        "report": _SIGNED_IN,
        "inspect": _SIGNED_IN,
        "suspend": _SIGNED_IN,
        "start": _SIGNED_IN,
        "pause": _SIGNED_IN,
        "resume": _SIGNED_IN,
        "finish": _SIGNED_IN,
        "restart": _SIGNED_IN,
        "export": _OFFICE,
        "meet": _OFFICE,
        "edit": _PLANNING,
        "reinstate": _PLANNING,
        "propose": _PLANNING,
        "survey": _PLANNING,
        "assign": _PLANNING,
        "cancel": _PLANNING,
        "import": _PLANNING,
        "resolve": _PLANNING,
        "approve": _DECIDING,
        "accept": _DECIDING,
        "send_back": _DECIDING,
        "manage_people": _RUNNING,
        "vouch": _RUNNING,
        "backup": _RUNNING,
    }
)
"""Roles by right. The names of steps are those of ``records.lifecycle.ACTIONS``. ``report`` is a
pano's condition, point and photos; ``export`` takes the names of people along; ``meet`` is to hold a
meeting and write down its decisions, each carried out with the rights of whoever ends it; ``vouch`` is to
bring in what was so before the record began, with no steps taken here; ``backup`` also restores."""

LOCAL_RIGHTS = ("report", "inspect", "suspend", "start", "pause", "resume", "finish", "restart")
"""Rights that ``field`` has on the panos of its own communes only."""


@dataclass(frozen=True)
class Actor:
    """Whoever reads or changes something.

    Parameters
    ----------
    id : str
        Id of the account; empty for whoever has not signed in.
    name : str
        Name as it is shown.
    role : str
        One of `ROLES`.
    communes : frozenset of str
        Codes of 2023 of the communes in which a ``field`` account acts; the other roles act in all.
    login : str
        Name by which the account signs in.
    """

    id: str
    name: str
    role: str
    communes: frozenset[str] = frozenset()
    login: str = ""


VIEWER = Actor("", "", "viewer")
"""Whoever has not signed in."""

SYSTEM = Actor("system", "", "admin")
"""The program itself and its command line: who can start it can do everything to its files anyway."""


def may(actor: Actor, action: str, *, commune_code: str | None = None) -> bool:
    """Return whether an actor has a right.

    Parameters
    ----------
    actor : Actor
        Who asks.
    action : str
        One of `RIGHTS`.
    commune_code : str, optional
        Code of 2023 of the commune that the action is about.

    Raises
    ------
    KeyError
        If there is no such right: a fault of the program.

    Examples
    --------
    >>> may(Actor("1", "Lan", "field", frozenset({"22519"})), "finish", commune_code="22519")
    True
    >>> may(Actor("1", "Lan", "field", frozenset({"22519"})), "finish", commune_code="22495")
    False
    """
    if actor.role not in RIGHTS[action]:
        return False
    return actor.role != "field" or action not in LOCAL_RIGHTS or commune_code in actor.communes


def demand(actor: Actor, action: str, *, commune_code: str | None = None) -> None:
    """Do nothing if the actor has the right, see `may`.

    Raises
    ------
    Forbidden
        If not.
    """
    if not may(actor, action, commune_code=commune_code):
        raise Forbidden(action, actor.role, elsewhere=actor.role in RIGHTS[action])
