"""What several tests read: the figures of the demo, of the real data and of a hostile folder; a store."""

from datetime import date
from pathlib import Path

import pytest

from geo.folder import read_workspace
from geo.text import Words
from records.folder_io import fill
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url
from records.store import open_store
from reports.report_text import report_text
from reports.results import results
from tests.folders import GIA, PLAN, make_folder, with_row
from tests.hostile import make_hostile_folder
from tests.records.helpers import Clock, operation

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


@pytest.fixture
def clock():
    """Clock of the store."""
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    """A store filled from the small valid data folder."""
    settings = Settings(make_folder(tmp_path / "data"), tmp_path / "var", sqlite_url(tmp_path / "store.db"))
    store = open_store(settings, clock=clock)
    fill(store, operation(SYSTEM, source="command"))
    yield store
    store.close()


@pytest.fixture(scope="session")
def crowded(tmp_path_factory):
    """Figures of a folder with a thousand villages in one commune, and texts that fill pages."""
    same = {"commune_code": GIA, "register_status": "official", "source": "Danh mục thử"}
    villages = [{"id": f"v{n}", "name": f"Thôn số {n}"} | same for n in range(1000)]
    plan = f'lead_unit = "{"Phòng " * 600}"\ntitle = "{"Kế hoạch " * 400}"\n' + PLAN
    nothing = {name: [] for name in ("panos", "works", "venues", "activities")}
    folder = make_folder(
        tmp_path_factory.mktemp("crowded"),
        plan=plan.replace("Xây một pano", "Xây một pano " * 200),
        villages=villages,
        communes_2023=with_row("communes_2023", 0, villages_official="", name="Vạn Giã " * 20),
        **nothing,
    )
    return results(read_workspace(folder), on=ON)
