"""The printed map from outside: its PDF and PNG opened again by readers."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pypdf
import pypdfium2 as pdfium
import pytest
from PIL import Image
from pyproj import Geod
from shapely.affinity import scale

from geo.coverage import coverage
from geo.errors import ArgumentError
from geo.folder import read_workspace
from geo.palette import CLASS_SYMBOLS, HATCHES, LAYERS, STATUS_SYMBOLS
from geo.scene import view
from geo.sheet import SIZES_MM, Headline, sheet_pdf, sheet_png
from geo.sheet.paper import fitted, projection_for, round_length, round_up
from geo.sheet.symbols import PANO_MARKS, VILLAGE_OUTLINES
from geo.terms import CLASSES
from geo.text import LANGUAGES, Words
from records.status import pano_statuses
from tests.folders import GIA, ROWS, make_folder, with_row
from tests.reports.printed import covered

ROOT = Path(__file__).resolve().parents[2]
ON = date(2026, 11, 23)
FIGURES = [
    Headline("reached", "45/75", "thôn đã được phủ", "chưa đủ danh mục", "good"),
    Headline("late", "1.234", "việc quá hạn", "", "bad"),
]
EMPTY = {"villages": (), "panos": (), "works": (), "venues": (), "activities": ()}
POINTS_A_MM = 72 / 25.4


@cache
def workspace_of(folder: Path):
    return read_workspace(folder)


def text_of(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        return document[0].get_textpage().get_text_range()
    finally:
        document.close()


@dataclass(frozen=True)
class Print:
    """A sheet with what it was made from."""

    workspace: object
    reach: object
    view: dict
    pdf: bytes

    @property
    def page(self) -> pypdf.PageObject:
        return pypdf.PdfReader(io.BytesIO(self.pdf)).pages[0]

    @cached_property
    def text(self) -> str:
        return text_of(self.pdf)

    @property
    def words(self) -> str:
        """The text in one line, as a search would find it across line breaks."""
        return " ".join(self.text.split())


def printed(folder: Path, *, size: str = "A3", units: str = "2023", lang: str = "vi", **filters) -> Print:
    workspace = workspace_of(folder)
    reach = coverage(workspace, on=ON, units=units, channels=filters.pop("channels", None))
    shown = view(
        workspace,
        reach,
        pano_statuses(workspace, on=ON),
        lang=lang,
        data_date=workspace.recorded_until,
        **filters,
    )
    return Print(workspace, reach, shown, sheet_pdf(workspace, reach, shown, FIGURES, size=size))


@pytest.fixture(scope="module")
def demo() -> Print:
    return printed(ROOT / "data" / "demo")


@pytest.fixture(scope="module")
def real() -> Print:
    return printed(ROOT / "data", size="A4")


def size_mm(page: pypdf.PageObject) -> tuple[float, float]:
    return float(page.mediabox.width) / POINTS_A_MM, float(page.mediabox.height) / POINTS_A_MM


def test_the_district_takes_an_a3_page_across(demo):
    assert size_mm(demo.page) == pytest.approx(tuple(reversed(SIZES_MM["A3"])), abs=0.1)
    assert len(pypdf.PdfReader(io.BytesIO(demo.pdf)).pages) == 1


def test_a4_is_a4(real):
    assert sorted(size_mm(real.page)) == pytest.approx(sorted(SIZES_MM["A4"]), abs=0.1)


@pytest.mark.parametrize(("x", "y", "sides"), [(1, 4, SIZES_MM["A3"]), (4, 1, SIZES_MM["A3"][::-1])])
def test_the_page_turns_with_the_area(tmp_path, x, y, sides):
    stretched = {
        name: [row | {"geometry": scale(row["geometry"], x, y, origin=(109.2, 12.7))} for row in ROWS[name]]
        for name in ("communes_2023", "communes_2025")
    }
    sheet = printed(make_folder(tmp_path, **EMPTY, **stretched))
    assert size_mm(sheet.page) == pytest.approx(sides, abs=0.1)


def test_another_size_is_refused(real):
    with pytest.raises(ArgumentError, match="A3, A4"):
        sheet_pdf(real.workspace, real.reach, real.view, FIGURES, size="A2")


def test_all_is_vectors_and_text_in_embedded_fonts(demo):
    page = demo.page
    assert list(page.images) == []
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
    # A reader of another make finds the same words.
    text = page.extract_text()
    for name in demo.workspace.communes["2023"]["name"]:
        assert name in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_names_come_out_whole_in_both_languages(lang):
    sheet = printed(ROOT / "data", size="A4", lang=lang)
    words = Words(lang)
    for name in workspace_of(ROOT / "data").communes["2023"]["name"]:
        assert name in sheet.text
    assert words("sheet.title") in sheet.words
    assert words("map.on", date=words.date(ON)) in sheet.words
    for part in ("hoang_sa", "truong_sa"):
        assert " ".join(words(f"sheet.{part}").split()) in sheet.words


def test_units_of_2025_have_their_own_names(real):
    sheet = printed(ROOT / "data", size="A4", units="2025")
    for name in real.workspace.communes["2025"]["name"]:
        assert name in sheet.text
    assert "Xuân Sơn" in real.text
    assert "Xuân Sơn" not in sheet.text


def test_the_figures_handed_in_are_written_and_the_legend_counts_as_coverage_does(demo):
    words, summary = Words("vi"), demo.reach.summary
    for figure in FIGURES:
        assert f"{figure.value} {figure.label} {figure.more}".strip() in demo.words
    for name in CLASSES:
        assert f"{words(f'terms.class.{name}')} {words.number(summary[name])}" in demo.words


def test_the_table_of_communes_adds_up(real):
    a3 = printed(ROOT / "data")
    for commune in a3.reach.communes.itertuples():
        mark = "" if commune.register_complete else " *"
        left = commune.villages - commune.reached - commune.planned
        row = f"{commune.name}{mark} {commune.villages} {commune.reached} {commune.planned} {left}"
        assert row in a3.words


def test_invented_data_say_so_across_the_map_and_real_data_do_not(demo, real):
    words = Words("vi")
    for key in ("sheet.invented_title", "sheet.invented_across"):
        assert words(key) in demo.words
        assert words(key) not in real.words


def test_the_margin_says_which_data_and_program(demo):
    def checksum(workspace):
        return workspace.checksum(demo.reach.on, demo.reach.units, demo.reach.channels)

    assert checksum(demo.workspace) in demo.text
    changed = replace(demo.workspace, version="0" * 64)
    assert checksum(demo.workspace) != checksum(changed)
    assert checksum(changed) in text_of(sheet_pdf(changed, demo.reach, demo.view, FIGURES))


def test_sources_filters_and_assumptions_are_written(real):
    words = Words("vi")
    assert "choisy/vietnam63 (MIT)" in real.words
    assert "Natural Earth" in real.words
    assert words("sheet.approximate") in real.words
    plan = real.workspace.plan
    assert words("sheet.radius_assumed", radius=words.distance(plan.pano_radius_m)) in real.words
    assert words("sheet.units", year="2023") in real.words


def test_a_filter_is_told_and_its_rows_leave_the_legend(demo):
    words = Words("vi")
    only = printed(
        ROOT / "data" / "demo", classes=["reached"], visible_statuses=["in_service"], channels=["pano"]
    )
    assert words("sheet.only_classes", classes=words("terms.class.reached").lower()) in only.words
    assert words("sheet.channels", channels=words("terms.channel.pano").lower()) in only.words
    assert words("terms.class.unreached") in demo.words
    assert words("terms.class.unreached") not in only.words
    assert words("terms.status.retired") not in only.words


def test_villages_without_a_place_are_named(real):
    nowhere = real.workspace.villages.query("lat.isna() and register_status != 'historical'")["name"]
    assert len(nowhere)
    assert ", ".join(nowhere) in real.words


def test_a_chosen_commune_fills_the_sheet(demo):
    one = printed(ROOT / "data" / "demo", commune=GIA)
    name = f"{demo.workspace.communes['2023'].at[GIA, 'kind']} Vạn Giã"
    assert Words("vi")("sheet.title_commune", commune=name) in one.words
    assert Words("vi")("map.area_done") in demo.words
    assert Words("vi")("map.area_done") not in printed(ROOT / "data" / "demo", commune="22519").words
    denominators = [int(re.search(r"1:([\d.]+)", sheet.text)[1].replace(".", "")) for sheet in (demo, one)]
    assert denominators[1] < denominators[0] / 3


def test_equal_input_gives_equal_bytes(demo):
    assert sheet_pdf(demo.workspace, demo.reach, demo.view, FIGURES) == demo.pdf


@pytest.mark.parametrize("dpi", [300, 72])
def test_the_picture_is_as_large_as_the_paper(real, dpi):
    picture = Image.open(io.BytesIO(sheet_png(real.pdf, dpi=dpi)))
    expected = [side / 25.4 * dpi for side in size_mm(real.page)]
    assert picture.size == pytest.approx(expected, abs=1)
    assert picture.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)


def test_the_picture_shows_sea_and_communes(demo):
    picture = Image.open(io.BytesIO(sheet_png(demo.pdf, dpi=40))).convert("RGB")
    colors = {color for count, color in picture.getcolors(picture.width * picture.height) if count > 200}
    for layer in ("sea", "commune", "land"):
        assert tuple(bytes.fromhex(LAYERS[layer][1:])) in colors


BARE = {
    "no villages": {"plan": None},
    "villages without places": {
        "villages": [
            {
                "id": f"v{i}",
                "name": f"Thôn {i}",
                "commune_code": GIA,
                "register_status": "reported",
                "source": "x",
            }
            for i in range(40)
        ]
    },
    "letters without a glyph": {
        "villages": [
            {
                "id": "v1",
                "name": "村 🏠 <b>",
                "commune_code": GIA,
                "register_status": "reported",
                "lat": 12.7,
                "lon": 109.22,
                "source": "x",
            }
        ]
    },
}


@pytest.mark.parametrize("name", BARE)
@pytest.mark.parametrize("size", SIZES_MM)
def test_bare_folders_print(tmp_path, name, size):
    rows = EMPTY | BARE[name]
    sheet = printed(make_folder(tmp_path, **rows), size=size)
    assert Words("vi")("sheet.title") in sheet.words


def test_every_shape_of_the_palette_can_be_printed():
    assert {symbol.shape for symbol in CLASS_SYMBOLS.values()} <= set(VILLAGE_OUTLINES)
    assert {symbol.shape for symbol in STATUS_SYMBOLS.values()} <= set(PANO_MARKS)
    assert set(HATCHES) <= set(LAYERS)


@pytest.mark.parametrize(
    ("bounds", "meridian", "is_national"),
    [((109.0, 12.5, 109.5, 12.9), 108.25, True), ((105.6, 20.9, 106.1, 21.2), 105.75, False)],
)
def test_a_length_on_paper_is_true_on_the_ground(bounds, meridian, is_national):
    projection = projection_for(bounds)
    assert projection.central_meridian == meridian
    assert projection.is_national is is_national
    west, south, east, north = bounds
    area = projection.project(np.array([[west, south], [east, north]]))
    frame = fitted((0, 0, 800, 600), projection, (*area[0], *area[1]))
    lon, lat = frame.middle
    for azimuth in (0, 77, 180):
        to_lon, to_lat, _ = Geod(ellps="WGS84").fwd(lon, lat, azimuth, 2000)
        start, end = frame.to_page(np.array([[lon, lat], [to_lon, to_lat]]))
        on_paper_mm = np.hypot(*(end - start)) / POINTS_A_MM
        assert on_paper_mm * frame.denominator / 1000 == pytest.approx(2000, rel=1e-4)
    towards_north = frame.to_page(np.array([[lon, lat], [lon, lat + 0.01]]))
    step = towards_north[1] - towards_north[0]
    assert step / np.hypot(*step) == pytest.approx(frame.north, abs=1e-4)
    assert frame.to_earth(frame.to_page(np.array([[lon, lat]]))) == pytest.approx(np.array([[lon, lat]]))


@pytest.mark.parametrize("value", [1, 7, 99, 101, 143_201, 6_400_000.1])
def test_round_numbers(value):
    up = round_up(value)
    assert value <= up <= value * 1.1
    down = round_length(value)
    assert value / 2.5 <= down <= value
    assert str(f"{down:.0e}")[0] in "125"


@pytest.mark.parametrize("size", SIZES_MM)
def test_texts_that_are_too_long_are_shortened_and_none_leaves_the_sheet(tmp_path, size):
    plan = f'number = "1"\ntitle = "{"Tuyên truyền " * 300}"'
    long = "Vạn Giã " * 20
    folder = make_folder(tmp_path, plan=plan, communes_2023=with_row("communes_2023", 0, name=long), **EMPTY)
    sheet = printed(folder, size=size)
    assert [problem for problem in covered(sheet.pdf) if "leaves" in problem] == []
    assert long not in sheet.words and "Vạn Giã Vạn Giã" in sheet.words and "…" in sheet.words
    assert Words("vi")("sheet.hoang_sa").split("\n")[0] in sheet.words
