"""Reports that several tests read: the figures of the demo, of the real data, and of a hostile folder."""

from datetime import date
from pathlib import Path

import pytest

from geo.folder import read_workspace
from geo.text import Words
from reports.report_text import report_text
from reports.results import results
from tests.hostile import make_hostile_folder

DATA = Path(__file__).resolve().parents[2] / "data"
ON = date(2026, 11, 23)
VI = Words("vi")


@pytest.fixture(scope="session")
def found():
    """Figures of the demo."""
    return results(read_workspace(DATA / "demo"), on=ON)


@pytest.fixture(scope="session")
def text(found):
    """The same in Vietnamese words."""
    return report_text(found, VI)


@pytest.fixture(scope="session")
def real():
    """Figures of the real data."""
    return results(read_workspace(DATA), on=ON)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """Figures of a folder whose every text is a trap."""
    folder = make_hostile_folder(tmp_path_factory.mktemp("hostile"))
    return results(read_workspace(folder), on=ON)
