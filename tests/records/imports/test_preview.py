"""What is certain is put right and said, what is doubtful asked, what is wrong refused; good rows go in."""

import io
import json
import unicodedata
from datetime import date

import geopandas as gpd
import pytest
from openpyxl import Workbook, load_workbook

from geo.schema import table
from geo.text import LANGUAGES, Words
from records.imports.headings import find_header, heading_of
from records.imports.preview import IMPORTABLE, read_office_file
from records.imports.sheets import Sheet
from records.imports.workbooks import refused_sheet, template
from tests.folders import GIA, LANH, ROWS, THO, file_content

HEAD = ["Tên pano", "Xã", "Thôn", "Vĩ độ", "Kinh độ", "Trạng thái"]
GOOD = ["Pano mới", "thị trấn Vạn Giã", "Tân Mỹ", "12,7", "109,22", "đang sử dụng"]


def codes(preview):
    return [fault.code for fault in preview.faults]


def corrected(preview):
    return {correction.code for correction in preview.corrections}


def pano(**changes):
    """Return a file of one good pano, some of its cells changed or added by heading."""
    cells = dict(zip(HEAD, GOOD, strict=True)) | changes
    return [list(cells), list(cells.values())]


def test_an_office_file_becomes_rows_of_the_contract(take_in):
    preview = take_in(pano(**{"Ngày kiểm tra": "05/03/2025", "Tình trạng": "hư hỏng nặng"}))
    assert (preview.total, preview.accepted, preview.faults, preview.questions) == (1, 1, (), ())
    (row,) = preview.rows.to_dict("records")
    assert (row["commune_code"], row["village_id"], row["state"]) == (GIA, "v1", "in_service")
    assert (row["lat"], row["lon"], row["condition"]) == (12.7, 109.22, "major_damage")
    assert row["checked_on"] == date(2025, 3, 5)
    assert list(preview.rows.columns) == list(table("panos").names)
    assert {"place", "word", "date", "position", "made_id"} == corrected(preview)


@pytest.mark.parametrize("kind", IMPORTABLE)
def test_the_contracts_own_file_comes_in_with_nothing_to_say(take_in, kind):
    preview = take_in(file_content(kind, ROWS[kind]).encode(), kind)
    assert preview.same == tuple(row["id"] for row in ROWS[kind])
    assert not preview.corrections and not preview.questions and not preview.faults


@pytest.mark.parametrize(
    ("cells", "code", "column", "value"),
    [
        ({"Vĩ độ": "10,7", "Kinh độ": "106,6"}, "outside_district", "Vĩ độ", "10.7, 106.6"),
        ({"Xã": "Nha Trang"}, "unknown_commune", "Xã", "Nha Trang"),
        ({"Thôn": "Ngọc Diêm Xa Lạ"}, "unknown_village", "Thôn", "Ngọc Diêm Xa Lạ"),
        ({"Ngày kiểm tra": "31/02/2025"}, "no_such_date", "Ngày kiểm tra", "31/02/2025"),
        ({"Xã": "Vạn Thọ", "Vĩ độ": "12,685", "Kinh độ": "109,205"}, "outside_commune", "Xã", THO),
        ({"Trạng thái": "xanh lá cây"}, "unknown_word", "Trạng thái", "xanh lá cây"),
        ({"Trạng thái": ""}, "missing_value", "Trạng thái", None),
        ({"Kinh độ": ""}, "half_a_point", "Kinh độ", None),
        ({"Vĩ độ": "gần chợ"}, "not_a_coordinate", "Vĩ độ", "gần chợ, 109,22"),
        ({"Rộng (cm)": "rất rộng"}, "not_a_number", "Rộng (cm)", "rất rộng"),
    ],
)
def test_each_fault_has_its_own_message_where_the_office_finds_it(take_in, cells, code, column, value):
    faulty = pano(**cells)
    preview = take_in(
        [
            *faulty,
            [
                {"Tên pano": "Pano khác"}.get(head, cell)
                for head, cell in zip(*pano(**dict.fromkeys(cells, "")), strict=True)
            ],
        ]
    )
    (fault,) = [fault for fault in preview.faults if fault.row == 2]
    assert (fault.code, fault.column, fault.value, fault.file) == (code, column, value, "tệp.csv")
    assert fault.problem and fault.fix


def test_good_rows_go_in_beside_bad_ones(take_in):
    bad = ["Pano hỏng", "Nha Trang", "", "", "", "đang sử dụng"]
    preview = take_in([HEAD, GOOD, bad])
    assert (preview.total, preview.accepted, preview.rejected, preview.waiting) == (2, 1, 1, 0)
    assert list(preview.rows.index) == [2]


def test_the_same_id_twice_names_the_first_row(take_in):
    preview = take_in([["Mã", *HEAD], ["p9", *GOOD], ["p9", "Pano khác", *GOOD[1:]]])
    (fault,) = preview.faults
    assert (fault.code, fault.row, fault.column, fault.value) == ("duplicate_id", 3, "Mã", "p9")
    assert "2" in fault.problem
    assert preview.accepted == 1


def test_a_row_without_id_is_the_known_one_of_its_name_and_else_gets_a_lasting_one(take_in):
    head = ["Tên", "Xã", "Trạng thái"]
    content = [head, ["Pano Vạn Thọ", "Vạn Thọ", "đang xây"], ["Pano Gò Mè", "Vạn Thọ", "chưa xây"]]
    first, again = take_in(content), take_in(content)
    assert list(first.rows["id"]) == list(again.rows["id"]) == ["p2", f"p-{THO}-pano-go-me"]
    assert (first.new, first.changed) == ((f"p-{THO}-pano-go-me",), ("p2",))


def test_columns_that_the_file_lacks_keep_what_is_known(take_in, context):
    preview = take_in([["Mã", "Tình trạng"], ["p1", "hỏng nặng"]])
    assert (preview.changed, preview.questions) == (("p1",), ())
    (row,) = preview.rows.to_dict("records")
    assert row["condition"] == "major_damage"
    assert row["serves"] == context.panos.loc["p1", "serves"]


def test_blank_cells_clear_nothing_unasked(take_in):
    content = [
        ["Mã", "Tên", "Xã", "Trạng thái", "Tình trạng"],
        ["p1", "Pano Vạn Giã", "Vạn Giã", "đang sử dụng", ""],
    ]
    (question,) = take_in(content).questions
    assert (question.code, question.rows) == ("blank_cells", (2,))
    kept = take_in(content, answers={question.id: "keep"})
    cleared = take_in(content, answers={question.id: "clear"})
    assert (kept.same, cleared.changed) == (("p1",), ("p1",))
    assert cleared.rows["condition"].item() == ""


def test_a_doubt_waits_for_its_answer_and_one_answer_is_enough(take_in):
    row = ["Pano A", "Vạn Thoo", "", "", "", "đang sử dụng"]
    content = [HEAD, row, ["Pano B", *row[1:]], GOOD]
    asked = take_in(content)
    (question,) = asked.questions
    assert (question.rows, question.column, question.value) == ((2, 3), "Xã", "Vạn Thoo")
    assert THO in question.options
    assert (asked.accepted, asked.waiting, asked.rejected) == (1, 2, 0)
    answered = take_in(content, answers={question.id: THO})
    assert (answered.accepted, answered.waiting) == (3, 0)
    declined = take_in(content, answers={question.id: ""})
    assert (declined.accepted, declined.waiting, codes(declined)) == (1, 0, ["not_settled"] * 2)
    # An answer that was never offered is none.
    assert take_in(content, answers={question.id: "99999"}).questions == asked.questions


def test_a_column_that_every_row_needs_is_asked_about_once(take_in):
    content = [["Tên thôn", "Xã"], ["Mũi Đôi", "Vạn Thọ"], ["Xuân Đừng", "Vạn Thọ"]]
    (question,) = take_in(content, "villages").questions
    assert question.rows == (2, 3)
    preview = take_in(content, "villages", answers={question.id: "reported"})
    assert list(preview.rows["register_status"]) == ["reported", "reported"]


def test_a_new_row_of_a_file_without_a_needed_column_is_told_which(take_in):
    preview = take_in([["Tên", "Trạng thái"], ["Pano lạ", "đang sử dụng"]])
    (fault,) = preview.faults
    assert (fault.code, fault.row) == ("missing_columns", 2)
    assert heading_of("commune_code", table("panos"), "vi") in fault.problem


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", IMPORTABLE)
def test_headings_are_known_in_both_languages_without_their_marks(kind, lang):
    names = table(kind).names
    headings = [heading_of(name, table(kind), lang) for name in names]
    assert len(set(headings)) == len(names)
    bare = [
        "".join(c for c in unicodedata.normalize("NFD", head) if not unicodedata.combining(c)).replace(
            "đ", "d"
        )
        for head in headings
    ]
    for written in (headings, bare, [head.upper() for head in headings], [f"{head} *" for head in bare]):
        _, header = find_header([Sheet.of("", [(1, written)])], table(kind))
        assert {name: place.index for name, place in header.columns.items()} == {
            name: index for index, name in enumerate(names)
        }


def test_titles_numbers_of_columns_and_totals_are_left_out(take_in):
    content = [
        ["ỦY BAN NHÂN DÂN HUYỆN VẠN NINH"],
        ["DANH SÁCH PANO NĂM 2023"],
        ["STT", *HEAD],
        ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)"],
        ["1", *GOOD],
        ["Tổng cộng", "1"],
    ]
    preview = take_in(content)
    assert (list(preview.rows.index), preview.total, preview.faults) == ([5], 1, ())
    assert {"title_rows", "left_out"} <= corrected(preview)


def test_a_file_without_header_is_refused_with_what_is_needed(take_in):
    preview = take_in(b"a;b;c\n1;2;3\n")
    (fault,) = preview.faults
    assert (fault.code, fault.row) == ("no_header", None)
    assert preview.to_dict()["rejected"] == 0


def test_a_heading_that_is_nearly_right_is_asked_about(take_in):
    content = [["Tên pano", "Xã", "Trạng thaii"], ["Pano A", "Vạn Thọ", "đang sử dụng"]]
    question = take_in(content).questions[0]
    assert (question.code, question.value) == ("heading", "Trạng thaii")
    assert take_in(content, answers={question.id: "state"}).accepted == 1


def workbook(rows, *, merges=(), others=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    for name in others:
        book.create_sheet(name).append(["Không liên quan"])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_with_merged_cells_numbers_and_dates(take_in):
    content = workbook(
        [
            ["Danh sách pano"],
            ["Tên pano", "Xã", "Tọa độ", None, "Trạng thái", "Ngày kiểm tra"],
            [None, None, "Vĩ độ", "Kinh độ", None, None],
            ["Pano A", "Vạn Giã", 12.7, 109.22, "đang sử dụng", date(2025, 3, 5)],
            ["Pano B", None, 12.701, 109.221, "đang sử dụng", 45721],
        ],
        merges=["A1:F1", "A2:A3", "B2:B3", "C2:D2", "E2:E3", "F2:F3", "B4:B5"],
        others=["Ghi chú riêng"],
    )
    preview = take_in(content)
    assert preview.faults == ()
    assert list(preview.rows.index) == [4, 5]
    assert list(preview.rows["commune_code"]) == [GIA, GIA]
    assert list(preview.rows["checked_on"]) == [date(2025, 3, 5)] * 2
    assert list(preview.rows["lat"]) == [12.7, 12.701]
    assert "other_sheets" in corrected(preview)


def points(**columns):
    rows = {"Tên": ["Pano A", "Pano B"], "Xã": ["Vạn Giã", "Vạn Thọ"], "Trạng thái": ["đang sử dụng"] * 2}
    return gpd.GeoDataFrame(
        rows | columns, geometry=gpd.points_from_xy([109.22, 109.26], [12.7, 12.69]), crs=4326
    )


@pytest.mark.parametrize("crs", [4326, 9217, 32649])
@pytest.mark.parametrize(("driver", "name"), [("GPKG", "a.gpkg"), ("GeoJSON", "a.geojson"), ("KML", "a.kml")])
def test_layers_in_any_system_land_on_the_same_points(take_in, tmp_path, driver, name, crs):
    if driver == "KML" and crs != 4326:
        pytest.skip("KML knows one system")
    points().to_crs(crs).to_file(tmp_path / name, driver=driver)
    preview = take_in((tmp_path / name).read_bytes())
    assert preview.faults == () and list(preview.rows.index) == [1, 2]
    assert list(preview.rows["lat"]) == pytest.approx([12.7, 12.69], abs=1e-5)
    assert list(preview.rows["lon"]) == pytest.approx([109.22, 109.26], abs=1e-5)


@pytest.mark.parametrize("encoding", ["UTF-8", "CP1258"])
def test_a_zipped_shapefile_in_the_offices_code(take_in, tmp_path, encoding):
    import zipfile

    words = (
        {"Ten": ["Ban tin thôn", "Pano B"]}
        if encoding == "CP1258"
        else {"Ten": ["Bảng tin thôn Đầm", "Pano B"]}
    )
    layer = (
        points()
        .rename(columns={"Tên": "Ten", "Xã": "Xa", "Trạng thái": "Trang thai"})
        .assign(**words, Xa=["Van Gia", "Van Tho"], **{"Trang thai": "dang su dung"})
    )
    layer.to_crs(9217).to_file(tmp_path / "lop.shp", encoding=encoding)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for path in tmp_path.glob("lop.*"):
            archive.write(path, f"Thư mục/{path.name}")
    preview = take_in(stream.getvalue())
    assert preview.faults == ()
    assert list(preview.rows["name"]) == words["Ten"]
    assert list(preview.rows["lat"]) == pytest.approx([12.7, 12.69], abs=1e-5)


def test_a_shape_that_is_no_point_is_refused(take_in):
    line = {"type": "LineString", "coordinates": [[109.2, 12.7], [109.3, 12.7]]}
    properties = {"Tên": "Pano A", "Xã": "Vạn Giã", "Trạng thái": "đang sử dụng"}
    feature = {"type": "Feature", "properties": properties, "geometry": line}
    preview = take_in(json.dumps({"type": "FeatureCollection", "features": [feature]}).encode())
    (fault,) = preview.faults
    assert (fault.code, fault.row, fault.value) == ("not_a_point", 1, "LineString")


def test_more_official_villages_than_the_commune_has_are_refused(take_in):
    content = [["Tên thôn", "Xã", "Danh mục"], ["Phú Hội", "Vạn Giã", "chính thức"]]
    preview = take_in(content, "villages")
    assert codes(preview) == ["too_many_official"]


def test_the_templates_own_rows_come_back_the_same(context):
    for lang in LANGUAGES:
        for kind in IMPORTABLE:
            filled = template(kind, Words(lang), places=context, prefill=True)
            preview = read_office_file(filled, "mau.xlsx", kind, context=context, lang=lang)
            assert preview.same == tuple(getattr(context, kind).index), (kind, preview.faults)


def test_a_filled_in_template_is_taken_in(context, words, take_in):
    book = load_workbook(io.BytesIO(template("panos", words, places=context)))
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    filled = {
        "Tên pano": "Pano mới",
        heading_of("commune_code", table("panos"), "vi"): "Vạn Thọ",
        "Trạng thái": "chưa xây",
    }
    sheet.append([filled.get(heading) for heading in headings])
    stream = io.BytesIO()
    book.save(stream)
    preview = take_in(stream.getvalue())
    assert (preview.accepted, preview.faults) == (1, ())


def test_a_template_explains_and_offers_lists(context, words):
    book = load_workbook(io.BytesIO(template("panos", words, places=context)))
    sheet = book.worksheets[0]
    assert all(cell.comment and cell.comment.text for cell in sheet[1])
    offered = {
        validation.formula1.removeprefix("=list_") for validation in sheet.data_validations.dataValidation
    }
    assert offered == {"commune_code", "village_id", "state", "condition"}
    title, places = book.defined_names["list_state"].attr_text.replace("'", "").split("!")
    options = [cell.value for (cell,) in book[title][places.replace("$", "")]]
    assert options == [
        words(f"terms.state.{state}")
        for state in next(c for c in table("panos").columns if c.name == "state").choices
    ]


def test_refused_rows_come_back_with_their_faults_and_can_be_handed_in_again(take_in):
    bad = ["Pano hỏng", "Nha Trang", "=1+1", "", "", "đang sử dụng"]
    preview = take_in([HEAD, GOOD, bad])
    sheet = load_workbook(io.BytesIO(refused_sheet(preview))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][: len(HEAD)] == HEAD
    assert rows[1][: len(HEAD)] == ["Pano hỏng", "Nha Trang", "'=1+1", None, None, "đang sử dụng"]
    assert rows[1][len(HEAD)] == 3
    assert all(fault.problem in rows[1][-2] and fault.fix in rows[1][-1] for fault in preview.faults)
    assert len(rows) == 2
    # What to do stands beside what is wrong, line by line.
    assert rows[1][-2].count("\n") == rows[1][-1].count("\n") == len(preview.faults) - 1
    again = take_in(refused_sheet(preview))
    assert codes(again) == codes(preview)
    assert "unused_columns" not in corrected(again)


def test_the_answer_on_the_command_line_is_the_contracts_json(take_in):
    preview = take_in(
        [HEAD, GOOD, ["Pano A", "Vạn Thoo", *GOOD[2:]], ["Pano B", "Nha Trang", *GOOD[2:]]], lang="en"
    )
    told = json.loads(json.dumps(preview.to_dict()))
    assert {key: told[key] for key in ("rows", "accepted", "rejected")} == {
        "rows": 3,
        "accepted": 1,
        "rejected": 2,
    }
    assert [list(fault) for fault in told["faults"]] == [
        ["file", "row", "column", "value", "problem", "fix"]
    ] * 2
    assert [fault["row"] for fault in told["faults"]] == [3, 4]


def test_only_kinds_of_rows_are_imported(context):
    with pytest.raises(ValueError, match="kind must be one of"):
        read_office_file(b"", "x", "communes_2023", context=context)


def test_a_commune_of_today_is_asked_about_row_by_row(take_in):
    head = ["Tên pano", "Xã", "Trạng thái"]
    preview = take_in([head, ["Pano A", "Vạn Ninh", "chưa xây"]])
    assert preview.rows["commune_code"].item() == GIA
    assert LANH not in preview.rows["commune_code"].tolist()
