"""Parses an office's file in a process of its own, which may run out of memory or time without harm.

Bytes go in, sheets of text come out as JSON: nothing that a hostile file makes of that process is
ever run here. `python -m records.imports.process` is the other side.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from pathlib import Path

from records.imports.sheets import MAX_BYTES, Sheet, Unreadable

SECONDS = 60
"""Longest time that a file may take."""
MEMORY_BYTES = 2 * 1024**3
"""Largest memory that a file may take, where the system can limit it."""
_GDAL_DRIVERS = ("GPKG", "ESRI Shapefile")
_log = logging.getLogger(__name__)
_PROJECT = Path(__file__).resolve().parents[2]


def read_sheets(content: bytes, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> list[Sheet]:
    """Return the sheets of an office's file.

    Parameters
    ----------
    content : bytes
        The file.
    seconds : float
        Time limit.
    memory_bytes : int
        Memory limit, where the system has such (not on Windows).

    Returns
    -------
    list of Sheet
        Sheets or layers in the order of the file.

    Raises
    ------
    Unreadable
        If the file can't be read, or within these limits.
    """
    if len(content) > MAX_BYTES:
        raise Unreadable("too_large", megabytes=str(MAX_BYTES // 1024**2))
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-m", __name__, str(memory_bytes), str(int(seconds) + 1)],
                input=content,
                capture_output=True,
                timeout=seconds,
                cwd=_PROJECT,
                env=_environment(folder),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unreadable("too_heavy") from None
    if done.returncode < 0:
        # The system ended it: a limit was passed, or a parser in C gave up.
        raise Unreadable("too_heavy")
    if done.returncode > 0:
        _log.error("a parser failed on a file: %s", done.stderr.decode(errors="replace"))
        raise Unreadable("broken_file")
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(answer["refused"], **answer["details"])
    return [
        Sheet(
            sheet["name"],
            [(row, cells) for row, cells in sheet["rows"]],
            sheet["said"],
            [(first, last, place) for first, last, place in sheet["merged"]],
            [(row, place) for row, place in sheet["unread"]],
        )
        for sheet in answer["sheets"]
    ]


def _environment(folder: str) -> dict[str, str]:
    """Return the environment of the process: none of our settings, and temporary files where we tidy up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OUTREACH_")}
    folders = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder)
    # Threads of numpy would each take memory from the limit.
    return kept | folders | {"GDAL_SKIP": _unwanted_drivers(), "OPENBLAS_NUM_THREADS": "1", "PYTHONUTF8": "1"}


@cache
def _unwanted_drivers() -> str:
    import pyogrio

    return ",".join(name for name in pyogrio.list_drivers() if name not in _GDAL_DRIVERS)


def _limit(memory_bytes: int, seconds: int) -> None:
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _parse(content: bytes) -> list[Sheet]:
    """Return the sheets of a file, read in this process."""
    from records.imports import grid, sniff, spatial

    readers: dict[str, Callable[[bytes], list[Sheet]]] = {
        "text": grid.read_text,
        "workbook": grid.read_workbook,
        "geojson": spatial.read_geojson,
        "kml": spatial.read_kml,
        "kmz": spatial.read_kmz,
        "gpkg": spatial.read_gpkg,
        "shapefile": spatial.read_shapefile,
    }
    return readers[sniff.kind_of(content)](content)


def _main(memory_bytes: str, seconds: str) -> None:
    _limit(int(memory_bytes), int(seconds))
    try:
        answer = {"sheets": [asdict(sheet) for sheet in _parse(sys.stdin.buffer.read())]}
    except MemoryError:
        answer = {"refused": "too_heavy", "details": {}}
    except Unreadable as unreadable:
        answer = {"refused": unreadable.code, "details": unreadable.details}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _main(*sys.argv[1:])
