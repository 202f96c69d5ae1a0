"""People who may change things: their accounts, the sessions they open, and the first account of all."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from itsdangerous import BadSignature, Signer
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from geo.cells import FORBIDDEN
from records.errors import PeopleError, WrongPassword
from records.model import ACCOUNT, SESSION, SETTING, SETUP_LINK
from records.passwords import digest, fits, hash_of_new, note_attempt, note_success, same_keys
from records.rights import ROLES, Actor, demand, may
from records.store import Store

LOGIN_FORM = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")

COOKIE = "outreach"
"""Name of the cookie that holds the token of a session."""

SESSION_LASTS = timedelta(days=30)
SEEN_EVERY = timedelta(minutes=10)
"""How often a session notes that it is in use; each note is a write."""
SETUP_LINK_LASTS = timedelta(days=1)

_READERS, _ALL, _SIGNED_IN = "readers", "all", "signed_in"


@dataclass(frozen=True)
class Account:
    """One account as those who look after people see it.

    Parameters
    ----------
    id, login, name, role : str
        See `records.rights.Actor`.
    communes : frozenset of str
        Codes of 2023 of the communes in which a ``field`` account acts.
    created_at, disabled_at : datetime
        UTC; ``disabled_at`` is None as long as the account can sign in.
    """

    id: str
    login: str
    name: str
    role: str
    communes: frozenset[str]
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True)
class Readers:
    """Who may read, and who decided so.

    Parameters
    ----------
    are_all : bool
        True if whoever opens the address may read, False if only those who have signed in.
    set_by : str
        Login of who decided it last; empty as long as nobody did.
    set_at : datetime, optional
        When, UTC.
    """

    are_all: bool = True
    set_by: str = ""
    set_at: datetime | None = None


class People:
    """The accounts of one store.

    Parameters
    ----------
    store : Store
        Where they are kept.
    secret : str
        What signs the tokens of sessions, see `records.settings.Settings.secret`.
    """

    def __init__(self, store: Store, secret: str) -> None:
        self._store = store
        self._signer = Signer(secret, salt="outreach.session", digest_method=hashlib.sha256)

    # -- accounts

    def accounts(self, actor: Actor) -> list[Account]:
        """Return every account by login.

        Raises
        ------
        Forbidden
            If the actor does not look after people.
        """
        demand(actor, "manage_people")
        with self._store.reading() as connection:
            rows = connection.execute(select(ACCOUNT).order_by(ACCOUNT.c.login)).all()
        return [
            Account(
                row.id, row.login, row.name, row.role, _codes(row.communes), row.created_at, row.disabled_at
            )
            for row in rows
        ]

    def add(
        self,
        actor: Actor,
        login: str,
        password: str,
        *,
        name: str,
        role: str,
        communes: Collection[str] = (),
    ) -> str:
        """Add an account.

        Parameters
        ----------
        actor : Actor
            Who adds it.
        login : str
            2 to 40 of the letters a to z, digits, dots, hyphens and underscores; case does not count.
        password : str
            10 to 200 characters, at least 5 of them different, not the login.
        name : str
            Name as it is shown.
        role : str
            One of `records.rights.ROLES`.
        communes : collection of str
            Codes of 2023 of the communes in which a ``field`` account acts; needed there, of no
            meaning elsewhere.

        Returns
        -------
        str
            The id of the account.

        Raises
        ------
        Forbidden
            If the actor does not look after people.
        PeopleError
            If one of the values can't be taken.
        """
        demand(actor, "manage_people")
        login = _checked_login(login)
        values = _checked_description(name, role, communes)
        password_hash = hash_of_new(password, login=login)
        with self._store.writing() as connection:
            return self._insert(connection, login, password_hash, values)

    def _insert(self, connection: Connection, login: str, password_hash: str, values: dict[str, str]) -> str:
        account_id = uuid4().hex
        row = {
            "id": account_id,
            "login": login,
            "password_hash": password_hash,
            "created_at": self._store.clock(),
        }
        try:
            connection.execute(insert(ACCOUNT).values(row | values))
        except IntegrityError:
            raise PeopleError("login_taken", login=login) from None
        return account_id

    def describe(
        self, actor: Actor, login: str, *, name: str, role: str, communes: Collection[str] = ()
    ) -> None:
        """Change the name, the role and the communes of an account; for parameters and errors see `add`."""
        demand(actor, "manage_people")
        with self._store.writing() as connection:
            self._change(connection, login, _checked_description(name, role, communes))

    def disable(self, actor: Actor, login: str) -> None:
        """Keep an account from signing in, and end its sessions.

        Raises
        ------
        Forbidden
            If the actor does not look after people.
        PeopleError
            If there is no such account, or it is the last administrator.
        """
        demand(actor, "manage_people")
        with self._store.writing() as connection:
            self._end(connection, self._change(connection, login, {"disabled_at": self._store.clock()}))

    def enable(self, actor: Actor, login: str) -> None:
        """Let a disabled account sign in again; for errors see `disable`."""
        demand(actor, "manage_people")
        with self._store.writing() as connection:
            self._change(connection, login, {"disabled_at": None})

    def set_password(self, actor: Actor, login: str, password: str) -> None:
        """Give an account a new password, for whoever forgot theirs, and end its sessions; see `add`."""
        demand(actor, "manage_people")
        new_hash = hash_of_new(password, login=_plain(login))
        with self._store.writing() as connection:
            self._end(connection, self._change(connection, login, {"password_hash": new_hash}))

    def end_sessions(self, actor: Actor, login: str) -> None:
        """End every session of an account: one's own, or anyone's for those who look after people.

        Raises
        ------
        Forbidden
            If it is someone else's account and the actor does not look after people.
        PeopleError
            If there is no such account.
        """
        if _plain(login) != actor.login:
            demand(actor, "manage_people")
        with self._store.writing() as connection:
            self._end(connection, _found(connection, login).id)

    def _change(self, connection: Connection, login: str, values: dict[str, object]) -> str:
        account = _found(connection, login)
        runs = (ACCOUNT.c.role == "admin") & ACCOUNT.c.disabled_at.is_(None)
        admins = select(func.count()).where(runs)
        before = connection.scalar(admins)
        connection.execute(update(ACCOUNT).where(ACCOUNT.c.id == account.id).values(values))
        # The error takes the change back with its transaction.
        if before and not connection.scalar(admins):
            raise PeopleError("last_admin")
        return account.id

    def _end(self, connection: Connection, account_id: str, *, but: str = "") -> None:
        open_ones = (
            (SESSION.c.account_id == account_id) & SESSION.c.ended_at.is_(None) & (SESSION.c.id != but)
        )
        connection.execute(update(SESSION).where(open_ones).values(ended_at=self._store.clock()))

    # -- reading

    def readers(self) -> Readers:
        """Return who may read; everyone, until an administrator decides otherwise."""
        with self._store.reading() as connection:
            row = connection.execute(select(SETTING).where(SETTING.c.name == _READERS)).one_or_none()
        return Readers(row.value == _ALL, row.set_by, row.set_at) if row else Readers()

    def set_readers(self, actor: Actor, *, are_all: bool) -> None:
        """Decide whether everyone may read, or only those who have signed in.

        Raises
        ------
        Forbidden
            If the actor does not look after people.
        """
        demand(actor, "manage_people")
        row = {
            "name": _READERS,
            "value": _ALL if are_all else _SIGNED_IN,
            "set_by": actor.login,
            "set_at": self._store.clock(),
        }
        with self._store.writing() as connection:
            connection.execute(delete(SETTING).where(SETTING.c.name == _READERS))
            connection.execute(insert(SETTING).values(row))

    def may_read(self, actor: Actor) -> bool:
        """Return whether an actor may see anything at all; `records.rights.VIEWER` only while all may."""
        return may(actor, "read") and (bool(actor.id) or self.readers().are_all)

    # -- signing in

    def sign_in(self, login: str, password: str, *, address: str) -> str:
        """Open a session.

        Parameters
        ----------
        login, password : str
            As they were typed.
        address : str
            Network address of whoever asks.

        Returns
        -------
        str
            The signed token of the session, for the browser to keep.

        Raises
        ------
        WrongPassword
            If they do not fit together, or the account is disabled. An unknown login takes as long.
        TooManyAttempts
            If too many were wrong within the last hour; such an attempt is not looked at.
        """
        with self._store.writing() as connection:
            attempt_id = note_attempt(connection, _plain(login), address=address, now=self._store.clock())
            account = _account(connection, login)
        if not fits(account and account.password_hash, password) or account.disabled_at is not None:
            raise WrongPassword
        with self._store.writing() as connection:
            note_success(connection, attempt_id)
            return self._open(connection, account.id)

    def _open(self, connection: Connection, account_id: str) -> str:
        now, token = self._store.clock(), secrets.token_urlsafe(32)
        connection.execute(delete(SESSION).where(SESSION.c.expires_at < now))
        row = {
            "id": uuid4().hex,
            "account_id": account_id,
            "token_hash": digest(token),
            "created_at": now,
            "seen_at": now,
            "expires_at": now + SESSION_LASTS,
        }
        connection.execute(insert(SESSION).values(row))
        return self._signer.sign(token).decode()

    def _session(self, connection: Connection, token: str) -> Row | None:
        """Return the open session of a signed token with its account, or None."""
        try:
            bare = self._signer.unsign(token).decode()
        except (BadSignature, UnicodeError):
            return None
        columns = (SESSION.c.id.label("session_id"), SESSION.c.seen_at, *ACCOUNT.c)
        found = select(*columns).join(ACCOUNT, ACCOUNT.c.id == SESSION.c.account_id)
        usable = SESSION.c.ended_at.is_(None) & ACCOUNT.c.disabled_at.is_(None)
        mine = (SESSION.c.token_hash == digest(bare)) & (SESSION.c.expires_at > self._store.clock())
        return connection.execute(found.where(mine, usable)).one_or_none()

    def actor_of(self, token: str) -> Actor | None:
        """Return who holds a token; None if it is forged, ended, too old, or of a disabled account."""
        with self._store.reading() as connection:
            session = self._session(connection, token)
        if session is None:
            return None
        now = self._store.clock()
        if now - session.seen_at >= SEEN_EVERY:
            with self._store.writing() as connection:
                this = SESSION.c.id == session.session_id
                connection.execute(update(SESSION).where(this).values(seen_at=now))
        return Actor(session.id, session.name, session.role, _codes(session.communes), session.login)

    def actor_with_id(self, account_id: str) -> Actor | None:
        """Return whose account has an id, signed in or not; None for an unknown or disabled one."""
        with self._store.reading() as connection:
            usable = (ACCOUNT.c.id == account_id) & ACCOUNT.c.disabled_at.is_(None)
            row = connection.execute(select(ACCOUNT).where(usable)).one_or_none()
        return row and Actor(row.id, row.name, row.role, _codes(row.communes), row.login)

    def sign_out(self, token: str) -> None:
        """End the session of a token, if it is one."""
        with self._store.writing() as connection:
            if session := self._session(connection, token):
                this = SESSION.c.id == session.session_id
                connection.execute(update(SESSION).where(this).values(ended_at=self._store.clock()))

    def change_password(self, token: str, current: str, new: str, *, address: str) -> None:
        """Change one's own password, and end one's other sessions.

        Raises
        ------
        PeopleError
            If nobody is signed in by that token, or the new password can't be taken.
        WrongPassword, TooManyAttempts
            As in `sign_in`: whoever finds a computer left open can't guess here either.
        """
        with self._store.reading() as connection:
            session = self._session(connection, token)
        if session is None:
            raise PeopleError("signed_out")
        new_hash = hash_of_new(new, login=session.login)
        with self._store.writing() as connection:
            attempt_id = note_attempt(connection, session.login, address=address, now=self._store.clock())
        if not fits(session.password_hash, current):
            raise WrongPassword
        with self._store.writing() as connection:
            note_success(connection, attempt_id)
            this = ACCOUNT.c.id == session.id
            connection.execute(update(ACCOUNT).where(this).values(password_hash=new_hash))
            self._end(connection, session.id, but=session.session_id)

    # -- the first account

    def is_empty(self) -> bool:
        """Return whether there is no account yet."""
        with self._store.reading() as connection:
            return not connection.scalar(select(func.count()).select_from(ACCOUNT))

    def setup_token(self) -> str | None:
        """Return a new one-time token for setting up the first account; None if there is one.

        It is for whoever starts the program to see, holds for a day, and takes the place of earlier ones.
        """
        if not self.is_empty():
            return None
        now, token = self._store.clock(), secrets.token_urlsafe(24)
        row = {"token_hash": digest(token), "created_at": now, "expires_at": now + SETUP_LINK_LASTS}
        with self._store.writing() as connection:
            connection.execute(delete(SETUP_LINK).where(SETUP_LINK.c.used_at.is_(None)))
            connection.execute(insert(SETUP_LINK).values(row))
        return token

    def takes_setup(self, token: str) -> bool:
        """Return whether a token of `setup_token` can still be used."""
        with self._store.reading() as connection:
            usable = connection.scalar(select(func.count()).where(self._usable(token)))
        return bool(usable) and self.is_empty()

    def _usable(self, token: str) -> ColumnElement[bool]:
        unused = SETUP_LINK.c.used_at.is_(None) & (SETUP_LINK.c.expires_at > self._store.clock())
        return (SETUP_LINK.c.token_hash == digest(token)) & unused

    def set_up(self, token: str, login: str, password: str, *, name: str) -> str:
        """Make the first account, an administrator, and sign it in.

        Returns
        -------
        str
            The signed token of its session.

        Raises
        ------
        PeopleError
            If the link was used or is too old, or one of the values can't be taken; see `add`.
        """
        if not self.takes_setup(token):
            raise PeopleError("link_void")
        login = _checked_login(login)
        values = _checked_description(name, "admin", ())
        password_hash = hash_of_new(password, login=login)
        with self._store.writing() as connection:
            used = connection.execute(
                update(SETUP_LINK).where(self._usable(token)).values(used_at=self._store.clock())
            )
            if not used.rowcount:
                raise PeopleError("link_void")
            return self._open(connection, self._insert(connection, login, password_hash, values))


def _account(connection: Connection, login: str) -> Row | None:
    return connection.execute(select(ACCOUNT).where(ACCOUNT.c.login == _plain(login))).one_or_none()


def _found(connection: Connection, login: str) -> Row:
    account = _account(connection, login)
    if account is None:
        raise PeopleError("login_unknown", login=login)
    return account


def _plain(login: str) -> str:
    # A login that no database can look up is no login.
    return FORBIDDEN.sub("", same_keys(login)).strip().casefold()


def _codes(communes: str) -> frozenset[str]:
    return frozenset(filter(None, communes.split(";")))


def _checked_login(login: str) -> str:
    login = _plain(login)
    if not LOGIN_FORM.fullmatch(login):
        raise PeopleError("login_form")
    return login


def _checked_description(name: str, role: str, communes: Collection[str]) -> dict[str, str]:
    name = " ".join(FORBIDDEN.sub(" ", same_keys(name)).split())
    if not name:
        raise PeopleError("name_missing")
    if role not in ROLES:
        raise PeopleError("role_unknown", role=role, roles=", ".join(ROLES))
    if role == "field" and not communes:
        raise PeopleError("communes_missing")
    return {"name": name, "role": role, "communes": ";".join(sorted(communes))}
