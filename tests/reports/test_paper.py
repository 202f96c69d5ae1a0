"""Inspection sheets: every pano once and whole, its code opening its report, whatever its name is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from geo.folder import read_workspace
from geo.text import LANGUAGES, Words
from reports.paper import field_sheets, standing
from reports.qr import AddressRefused, Server
from tests.folders import GIA, LANH, THO, make_folder, with_row
from tests.hostile import HOSTILE, make_hostile_folder
from tests.reports.conftest import DATA, ON, VI
from tests.reports.printed import bare, codes_on, covered, words_on

SERVER = Server("https://pano.example.vn", "demo")


@pytest.fixture(scope="module")
def demo():
    return read_workspace(DATA / "demo")


def folder_of(tmp_path, **columns):
    """Return a small workspace whose first pano has these cells."""
    return read_workspace(make_folder(tmp_path / "data", panos=with_row("panos", 0, **columns)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_pano_stands_on_one_page_with_a_code_that_opens_its_report(demo, lang):
    content = field_sheets(demo, Words(lang), SERVER, on=ON)
    codes, words = codes_on(content), words_on(content)
    said = sorted(code for page in codes for code in page)
    assert said == sorted(SERVER.report_on(key) for key in standing(demo))
    for page, text in zip(codes, words, strict=True):
        for key in (code.split("pano=")[1].split("&")[0] for code in page):
            assert bare(demo.panos.at[key, "name"]) in text and bare(key) in text
    assert covered(content) == []


def test_no_block_runs_over_the_end_of_a_page(demo):
    most = demo.panos.assign(commune_code="22489", village_id="")
    content = field_sheets(replace(demo, panos=most), VI, SERVER, on=ON)
    pages, signed = codes_on(content), bare(VI("paper.signed"))
    assert len(pages) > 1 and max(map(len, pages)) > 2
    place = "thị trấn Vạn Giã"
    for number, (codes, text) in enumerate(zip(pages, words_on(content), strict=True), start=1):
        assert text.count(signed) == len(codes)
        foot = VI("paper.foot", page=number, pages=len(pages), place=place, date=VI.date(ON))
        assert bare(foot) in text


def test_what_is_known_is_said(tmp_path):
    workspace = folder_of(tmp_path, accuracy_m=35, content_until="2026-11-22", checked_on="2026-04-01")
    (first, second) = words_on(field_sheets(workspace, VI, SERVER, on=ON))
    for line in (
        VI("paper.known_state", state=VI("terms.state.in_service"), condition=VI("terms.condition.good")),
        VI("paper.known_checked_due", date=VI.date(date(2026, 4, 1))),
        VI("paper.known_content_past", date=VI.date(date(2026, 11, 22))),
        VI("paper.known_point", point=f"12.70100, 109.22100 ± {VI.distance(35)}"),
        "tổ dân phố Tân Mỹ, thị trấn Vạn Giã",
    ):
        assert bare(line) in first
    assert bare(VI("paper.known_checked", date=VI("paper.never"))) in second
    assert bare(VI("card.no_position")) in second
    work = VI(
        "paper.work",
        kind=VI("terms.work_kind.build"),
        state=VI("terms.work_state.approved"),
        due=VI("card.no_due"),
    )
    assert bare(work) in second


def test_there_is_room_for_what_is_found(tmp_path):
    (text, _) = words_on(field_sheets(folder_of(tmp_path), VI, SERVER, on=ON))
    for box in ("checked_on", "photos", "finding", "point", "signed"):
        assert bare(VI(f"paper.{box}")) in text
    for condition in ("good", "minor_damage", "major_damage"):
        assert bare(VI(f"terms.condition.{condition}")) in text


def test_only_invented_data_say_so(demo, tmp_path):
    invented = bare(VI("sheet.invented_title"))
    assert all(invented in page for page in words_on(field_sheets(demo, VI, SERVER, on=ON)))
    assert not any(
        invented in page for page in words_on(field_sheets(folder_of(tmp_path), VI, SERVER, on=ON))
    )


def test_nobody_is_named(demo):
    people = {bare(name) for name in demo.works["assignee"] if name}
    text = "".join(words_on(field_sheets(demo, VI, SERVER, on=ON)))
    assert people and not any(name in text for name in people)


def test_what_is_torn_down_is_left_out(tmp_path):
    workspace = folder_of(tmp_path, state="retired")
    content = field_sheets(workspace, VI, SERVER, on=ON)
    assert codes_on(content) == [[SERVER.report_on("p2")]]
    (page,) = words_on(field_sheets(workspace, VI, SERVER, on=ON, commune=GIA))
    assert bare(VI("paper.no_panos")) in page


@pytest.mark.parametrize("code", [GIA, LANH, THO])
def test_one_commune_gets_its_own_sheet_even_if_it_has_no_pano(tmp_path, code):
    workspace = folder_of(tmp_path)
    (page,) = words_on(content := field_sheets(workspace, VI, SERVER, on=ON, commune=code))
    commune = workspace.communes["2023"].loc[code]
    assert bare(VI("paper.title_of", place=f"{commune['kind']} {commune['name']}")) in page
    mine = standing(workspace, code)
    assert codes_on(content) == [[SERVER.report_on(key) for key in mine]]
    assert (bare(VI("paper.no_panos")) in page) == (not mine)


def test_without_any_pano_the_sheet_says_so(tmp_path):
    workspace = read_workspace(make_folder(tmp_path / "data", panos=[], works=[]))
    (page,) = words_on(field_sheets(workspace, VI, SERVER, on=ON))
    assert bare(VI("paper.no_panos")) in page


def test_hostile_and_endless_names_stay_in_their_place(tmp_path):
    hostile = read_workspace(make_hostile_folder(tmp_path / "hostile"))
    content = field_sheets(hostile, VI, SERVER, on=ON)
    assert bare(HOSTILE) in "".join(words_on(content))
    assert covered(content) == []
    endless = folder_of(tmp_path, name="Ữ" * 3000)
    content = field_sheets(endless, VI, SERVER, on=ON)
    assert covered(content) == [] and codes_on(content)[0] == [SERVER.report_on("p1")]


def test_an_id_of_any_letters_comes_back_from_its_code(tmp_path):
    key = "pano số 1 & 2 #?=%"
    address = Server("http://192.168.1.5:8501").report_on(key)
    panos = with_row("panos", 0, id=key)
    workspace = read_workspace(make_folder(tmp_path / "data", panos=panos))
    (code,) = codes_on(field_sheets(workspace, VI, Server("http://192.168.1.5:8501"), on=ON))[0]
    assert code == address and key not in address and address.isascii()


@pytest.mark.parametrize(
    "address",
    ["", "pano.example.vn", "ftp://x.vn", "https://", "https://x.vn/?a=1", "https://a@x.vn", "https://x y.vn"]
    + [
        "https://x.vn:99999",
        "https://[",
        "javascript:alert(1)//",
        f"https://{'x' * 300}.vn",
        "https://x.vn#a",
    ],
)
def test_what_is_no_address_is_refused_with_an_example(address):
    with pytest.raises(AddressRefused) as refused:
        Server(address)
    assert "https://" in refused.value.explain(VI)


@pytest.mark.parametrize(
    ("address", "warnings"),
    [
        ("https://pano.example.vn/", []),
        ("http://192.168.1.5:8501", ["not_secure"]),
        *(
            (f"http://{host}:8501", ["only_here"])
            for host in ("localhost", "127.0.0.1", "[::1]", "a.localhost")
        ),
    ],
)
def test_an_address_that_phones_can_not_use_is_said_before_printing(address, warnings):
    assert Server(address).warnings(VI) == [VI(f"paper.{name}") for name in warnings]
