"""The settings of an installation, read from the environment in this one place."""

from __future__ import annotations

import hashlib
import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
REAL_DATA = PROJECT / "data"
SECRET_LENGTH = 32
"""Characters that a kept secret has at least."""


@dataclass(frozen=True)
class Settings:
    """Where an installation keeps what.

    Parameters
    ----------
    data : pathlib.Path
        ``OUTREACH_DATA``: the workspace, a data folder; default ``data/``.
    var : pathlib.Path
        ``OUTREACH_VAR``: where the store, the photos and the backups live; default ``var/``.
    database : str
        ``OUTREACH_DB``: a SQLAlchemy URL. Default: an SQLite file under `var`, one for each
        workspace, so that what was invented for a demonstration never meets the real record.
    """

    data: Path
    var: Path
    database: str

    @classmethod
    def from_environment(cls) -> Settings:
        """Return the settings that hold now."""
        data = Path(os.environ.get("OUTREACH_DATA") or REAL_DATA).expanduser().resolve()
        var = Path(os.environ.get("OUTREACH_VAR") or PROJECT / "var").expanduser().resolve()
        return cls(data, var, os.environ.get("OUTREACH_DB") or sqlite_url(var / f"{store_name(data)}.db"))

    def secret(self) -> str:
        """Return what signs cookies: ``OUTREACH_SECRET``, or one made once and kept under `var`."""
        if given := os.environ.get("OUTREACH_SECRET"):
            return given
        path = self.var / "secret"
        self.var.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            # Whole or not there at all, and made by whoever comes first. Only its owner reads it (0600):
            # whoever can, signs in as anyone.
            handle, unfinished = tempfile.mkstemp(dir=self.var, prefix="secret-")
            with open(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32))
            with suppress(FileExistsError):
                os.link(unfinished, path)
            os.unlink(unfinished)
        secret = path.read_text(encoding="ascii").strip()
        if len(secret) < SECRET_LENGTH:
            raise ValueError(f"{path} is damaged; delete it, and everyone signs in anew")
        return secret


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy URL of an SQLite file."""
    return f"sqlite:///{path.as_posix()}"


def store_name(data: Path) -> str:
    """Return the name of a workspace's store: ``outreach`` for ``data/``, another for any other folder.

    Examples
    --------
    >>> store_name(REAL_DATA)
    'outreach'
    """
    if data == REAL_DATA:
        return "outreach"
    return f"{data.name}-{hashlib.sha256(str(data).encode()).hexdigest()[:8]}"
