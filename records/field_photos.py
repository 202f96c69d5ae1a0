"""Takes in the photos of reports piece by piece: what has come stays on disk until the rest has, too."""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from pathlib import Path
from uuid import UUID

from records import photos
from records.errors import PhotoRefused, Refused
from records.field_body import FieldReceipt, SentPhoto
from records.field_reports import find, photo_came, receipt, receipt_of
from records.rights import Actor
from records.settings import store_name
from records.store import Store

STALE_AFTER_S = 60 * 24 * 3600
"""Age at which what came of a photo that never went on coming is dropped; the phone then begins anew."""
PIECE_BYTES = 64 * 1024
"""Size of the pieces that a phone sends: one takes some seconds on a weak signal."""

_writing = threading.Lock()
"""One piece at a time changes the files: the same photo may come twice at once, over two connections."""
_decoding = threading.Lock()
"""Photos are decoded one by one: a hundred at once must leave room for those who look at the map."""


class Offset(Exception):
    """A piece that does not begin where the last one ended.

    Parameters
    ----------
    expected : int
        Where it has to begin.
    """

    def __init__(self, expected: int) -> None:
        super().__init__(f"the next piece begins at {expected}")
        self.expected = expected


def offset(store: Store, report_id: UUID, photo_hash: str, actor: Actor) -> int:
    """Return how many bytes of a photo have come.

    A server that was stopped between the last byte and the record ends its work here.

    Raises
    ------
    Refused
        If there is no such report of this account, or it names no such photo.
    """
    sent, known = _asked(store, report_id, photo_hash, actor)
    if known.photos[photo_hash] != "missing":
        return sent.bytes
    path = _path(store, report_id, photo_hash)
    size = path.stat().st_size if path.exists() else 0
    if size >= sent.bytes:
        try:
            _finish(store, report_id, sent, path, actor)
        except (Refused, PhotoRefused):
            return 0
    return min(size, sent.bytes)


def add_piece(
    store: Store, report_id: UUID, photo_hash: str, actor: Actor, piece: bytes, *, start: int = 0
) -> tuple[int, FieldReceipt]:
    """Take in a piece of a photo, or all of it.

    Parameters
    ----------
    store : Store
        The store.
    report_id : UUID
        The report that names it.
    photo_hash : str
        SHA-256 of the whole, in hexadecimal.
    actor : Actor
        Whose report it is.
    piece : bytes
        The bytes from ``start`` on.
    start : int
        Where the piece begins. Without it the piece is taken for the whole.

    Returns
    -------
    offset : int
        How many bytes have come.
    receipt : FieldReceipt
        That of the report.

    Raises
    ------
    Offset
        If pieces are missing before this one, or it was had already.
    PhotoRefused
        If the whole is no photo.
    Refused
        If there is no such report of this account (``unknown_report``), it names no such photo
        (``unknown_photo``), more came than the report said (``photo_too_long``), or what came is not what
        the report named (``photo_differs``): the photo then begins anew.
    """
    sent, known = _asked(store, report_id, photo_hash, actor)
    if known.photos[photo_hash] != "missing":
        return sent.bytes, known.model_copy(update={"repeated": True})
    path = _path(store, report_id, photo_hash)
    with _writing:
        path.parent.mkdir(parents=True, exist_ok=True)
        size = path.stat().st_size if path.exists() else 0
        if len(piece) == sent.bytes:
            # The whole takes the place of whatever pieces there are.
            size = 0
        if size < sent.bytes:
            if start != size:
                raise Offset(size)
            if start + len(piece) > sent.bytes:
                raise Refused("photo_too_long")
            with path.open("r+b" if path.exists() else "wb") as file:
                file.seek(start)
                file.write(piece)
                file.truncate()
            size += len(piece)
    if size < sent.bytes:
        return size, known
    return sent.bytes, _finish(store, report_id, sent, path, actor)


def drop_stale(store: Store) -> None:
    """Drop the pieces of photos that have not gone on coming for long."""
    for folder in _folder(store).glob("*"):
        try:
            age_s = time.time() - folder.stat().st_mtime
        except FileNotFoundError:
            # Its last photo has just come.
            continue
        if age_s > STALE_AFTER_S:
            shutil.rmtree(folder, ignore_errors=True)


def _asked(store: Store, report_id: UUID, photo_hash: str, actor: Actor) -> tuple[SentPhoto, FieldReceipt]:
    """Return what a report says of a photo, and the report's receipt so far."""
    with store.reading() as connection:
        row, report = find(connection, report_id)
        if row.account_id != actor.id:
            raise Refused("other_account")
        sent = next((photo for photo in report.photos if photo.hash == photo_hash), None)
        if sent is None:
            raise Refused("unknown_photo")
        return sent, receipt_of(connection, row, report)


def _finish(store: Store, report_id: UUID, sent: SentPhoto, path: Path, actor: Actor) -> FieldReceipt:
    """Check the whole, keep it, and only then record it; its pieces go last."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        # Another request with the same piece was faster.
        with store.reading() as connection:
            return receipt(connection, report_id, repeated=True)
    if hashlib.sha256(content).hexdigest() != sent.hash:
        path.unlink(missing_ok=True)
        raise Refused("photo_differs")
    try:
        with _decoding:
            photo = photos.accept(content)
    except PhotoRefused as error:
        photo_came(store, report_id, sent.hash, error, actor)
        _remove(path)
        raise
    photos.keep(photo, store.var)
    done = photo_came(store, report_id, sent.hash, photo, actor)
    _remove(path)
    return done


def _remove(path: Path) -> None:
    # Not while another photo of the report is about to be written into the same folder.
    with _writing:
        path.unlink(missing_ok=True)
        try:
            os.rmdir(path.parent)
        except OSError:
            # Pieces of other photos of the report are there still.
            pass


def _folder(store: Store) -> Path:
    return store.var / "field" / store_name(store.data)


def _path(store: Store, report_id: UUID, photo_hash: str) -> Path:
    return _folder(store) / str(report_id) / photo_hash
