"""The errors of the record, each told in the reader's words by ``explain``.

::

    geo.errors.OutreachError
    └── RecordsError        a change or a sign-in that is refused
        ├── Forbidden       this role may not do that, or not in that commune
        ├── RuleBroken      the life cycle does not allow it, or something is still missing
        ├── BadValues       values that the data folder's rules refuse; carries the faults
        ├── Refused         the store can't take it; says why and what to do
        ├── PhotoRefused    a file that is no photo, or not one that can be kept
        └── PeopleError     an account, a password or a link that can't be taken
            ├── WrongPassword     login and password do not fit together, whichever is wrong
            └── TooManyAttempts   wait before the next attempt; says how long
"""

from __future__ import annotations

from geo.errors import Fault, OutreachError, WordedError
from geo.faults import FaultLog
from geo.text import Words


class RecordsError(OutreachError):
    """Base of what the record refuses."""

    def explain(self, words: Words) -> str:
        """Return what is refused and what to do about it, in the language of ``words``."""
        raise NotImplementedError


class Forbidden(RecordsError):
    """Whoever asks may not do that.

    Parameters
    ----------
    action : str
        What was asked for, one of ``records.rights.RIGHTS``.
    role : str
        Role of whoever asked.
    elsewhere : bool
        True if the role may do it, but not in that commune.
    """

    def __init__(self, action: str, role: str, *, elsewhere: bool = False) -> None:
        super().__init__(f"{role} may not {action}" + (" in this commune" if elsewhere else ""))
        self.action = action
        self.role = role
        self.elsewhere = elsewhere

    def explain(self, words: Words) -> str:
        """Return a sentence that names the role and what it may not do."""
        key = "people.forbidden_elsewhere" if self.elsewhere else "people.forbidden"
        return words(key, role=words(f"people.role.{self.role}"), action=words(f"people.right.{self.action}"))


class RuleBroken(RecordsError):
    """The life cycle does not allow a step.

    Parameters
    ----------
    code : {"not_possible", "missing"}
        ``not_possible``: no such step for this kind of work in this state. ``missing``: there is,
        once what ``missing`` names is given.
    action : str
        The step, one of ``records.lifecycle.ACTIONS`` by name.
    state : str
        State that the work order or the pano is in; empty for a new work order.
    missing : tuple of str
        Every unmet gate, in the order of the table; see ``records.lifecycle.GATES``.
    """

    def __init__(self, code: str, action: str, *, state: str = "", missing: tuple[str, ...] = ()) -> None:
        super().__init__(f"{action}: {code} {', '.join(missing) or state}")
        self.code = code
        self.action = action
        self.state = state
        self.missing = missing

    def explain(self, words: Words) -> str:
        """Return one sentence, with all that is missing."""
        action = words(f"lifecycle.action.{self.action}")
        if self.code == "not_possible":
            return words("lifecycle.not_possible", action=action)
        gates = "; ".join(words(f"lifecycle.gate.{gate}") for gate in self.missing)
        return words("lifecycle.missing", action=action, gates=gates)


class BadValues(RecordsError):
    """Values that the rules of the data folder refuse.

    Parameters
    ----------
    log : FaultLog
        What is at fault.
    """

    def __init__(self, log: FaultLog) -> None:
        super().__init__(", ".join(sorted({finding.code for finding in log.findings})))
        self._log = log

    def faults(self, lang: str) -> tuple[Fault, ...]:
        """Return the faults in a language; their ``row`` is that of no file."""
        return self._log.faults(lang)

    def explain(self, words: Words) -> str:
        """Return a sentence or two for each fault."""
        return "\n".join(f"{fault.problem} {fault.fix}" for fault in self.faults(words.lang))


class Refused(WordedError, RecordsError):
    """The store can't take what was asked.

    Parameters
    ----------
    code : str
        Key of its text under ``records.refused``.
    **values
        What the text's placeholders stand for.
    """

    texts = "records.refused"


class PhotoRefused(WordedError, RecordsError):
    """A file is no photo, or not one that can be kept.

    Parameters
    ----------
    code : str
        Key of its text under ``photos.refused``.
    **values
        What the text's placeholders stand for.
    """

    texts = "photos.refused"


class PeopleError(WordedError, RecordsError):
    """An account, a password or a link that can't be taken.

    Parameters
    ----------
    code : str
        Key of its text under ``people.error``.
    **values
        What the text's placeholders stand for.
    """

    texts = "people.error"


class WrongPassword(PeopleError):
    """Login and password do not fit together; which of the two is wrong is never told."""

    def __init__(self) -> None:
        super().__init__("wrong_password")


class TooManyAttempts(PeopleError):
    """Too many wrong attempts by this login or from this address.

    Parameters
    ----------
    wait_s : int
        Seconds until the next attempt is looked at.
    """

    def __init__(self, wait_s: int) -> None:
        super().__init__("too_many_attempts", n=max(1, -(-wait_s // 60)))
        self.wait_s = wait_s
