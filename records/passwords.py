"""Passwords and guesses at them: what a password must be, how it is kept, how long a wrong one must wait."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError
from sqlalchemy import Connection, delete, func, insert, select, update

from records.errors import PeopleError, TooManyAttempts
from records.model import ATTEMPT

PASSWORD_LENGTHS = (10, 200)
PASSWORD_VARIETY = 5
"""How many different characters a password has at least."""

ATTEMPTS_COUNT_FOR = timedelta(hours=1)
FREE_ATTEMPTS_LOGIN = 5
FREE_ATTEMPTS_ADDRESS = 30
FREE_ATTEMPTS_EVERYWHERE = 100
"""Wrong attempts before the first wait: at a login from one address, from an address at whatever login, and
at a login from all addresses together. A whole office can share one address, so it has more; and a stranger
who guesses keeps themselves out, not whose login it is. Whoever runs the server can always add an account
on the command line."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)

# 19 MiB, two passes: OWASP's second choice, so that twenty people at once fit in a small computer.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_HASH_OF_NOBODY = _HASHER.hash(secrets.token_urlsafe())


def same_keys(text: str) -> str:
    """Return a text as it is compared: keyboards send the same letters composed or not."""
    return unicodedata.normalize("NFKC", text)


def digest(text: str) -> str:
    """Return the SHA-256 of a text, for what is looked up and must not be read."""
    return hashlib.sha256(text.encode()).hexdigest()


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the one that was hashed; never for None, which takes as long."""
    try:
        return _HASHER.verify(password_hash or _HASH_OF_NOBODY, same_keys(password))
    except VerifyMismatchError:
        return False


def hash_of_new(password: str, *, login: str) -> str:
    """Return the Argon2id hash of a password that a login is to have, salt and parameters in it.

    Raises
    ------
    PeopleError
        If it is too short, too long, of too few different characters, or the login itself.
    """
    least, most = PASSWORD_LENGTHS
    if not least <= len(same_keys(password)) <= most:
        raise PeopleError("password_length", least=least, most=most)
    if len(set(password)) < PASSWORD_VARIETY or same_keys(password).casefold() == login:
        raise PeopleError("password_simple", n=PASSWORD_VARIETY)
    return _HASHER.hash(same_keys(password))


def note_attempt(connection: Connection, login: str, *, address: str, now: datetime) -> int:
    """Note an attempt, as a wrong one until `note_success`, so that many at the same time all count.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    login, address : str
        Whose password is tried, and from which network address.
    now : datetime
        The moment.

    Returns
    -------
    int
        Id of the attempt.

    Raises
    ------
    TooManyAttempts
        If there were too many wrong ones within the last hour: at this login since it last signed in,
        from this address or from all together, or from this address. Then the attempt is not noted.
    """
    # As a digest: a password typed into the wrong field must not be kept.
    key = digest(login)
    connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at <= now - ATTEMPTS_COUNT_FOR))
    last_right = select(func.max(ATTEMPT.c.id)).where(ATTEMPT.c.login == key, ATTEMPT.c.ok)
    since = ATTEMPT.c.id > func.coalesce(last_right.scalar_subquery(), 0)
    here = ATTEMPT.c.address == address
    for whose, free in (
        ((ATTEMPT.c.login == key) & here & since, FREE_ATTEMPTS_LOGIN),
        (here, FREE_ATTEMPTS_ADDRESS),
        ((ATTEMPT.c.login == key) & since, FREE_ATTEMPTS_EVERYWHERE),
    ):
        wrong = select(func.count(), func.max(ATTEMPT.c.at)).where(whose, ~ATTEMPT.c.ok)
        count, latest = connection.execute(wrong).one()
        if count >= free and (left := latest + _wait(count - free) - now) > timedelta(0):
            raise TooManyAttempts(-(-left // timedelta(seconds=1)))
    row = {"login": key, "address": address, "at": now, "ok": False}
    return connection.execute(insert(ATTEMPT).values(row)).inserted_primary_key[0]


def note_success(connection: Connection, attempt_id: int) -> None:
    """Note that an attempt was right."""
    connection.execute(update(ATTEMPT).where(ATTEMPT.c.id == attempt_id).values(ok=True))


def _wait(beyond: int) -> timedelta:
    """Return how long after the last wrong attempt the next is looked at: doubled by each, to a limit."""
    doublings = min(beyond, 10)
    return min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
