"""What an office's sheet says beside its cells: units, merged cells, groups, ids, older inspections."""

import io

import pytest
from openpyxl import Workbook

from geo.text import Words
from tests.folders import GIA, LANH, ROWS, THO

WORKS = ["Mã việc", "Pano", "Việc", "Trạng thái", "Kinh phí"]
PANOS = ["Tên pano", "Xã", "Trạng thái"]


def workbook(rows, *merges):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for merge in merges:
        book.active.merge_cells(merge)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def asked(preview):
    return [question.code for question in preview.questions]


def corrected(preview):
    return {correction.code for correction in preview.corrections}


def answered(take_in, content, kind, answer, **options):
    """Return what becomes of a file once its only question is answered."""
    (question,) = take_in(content, kind, **options).questions
    return take_in(content, kind, answers={question.id: answer}, **options)


def work(cost, *, number=1):
    return [f"w-{number}", "Pano Vạn Giã", "sửa chữa", "đề xuất", cost]


@pytest.mark.parametrize(
    ("above", "heading", "cost", "expected"),
    [
        ("Đơn vị tính: triệu đồng", "Kinh phí", "34", 34_000_000),
        ("(ĐVT: 1.000 đ)", "Kinh phí", "9000", 9_000_000),
        ("Đơn vị tính: triệu đồng", "Kinh phí (nghìn đồng)", "9000", 9_000_000),
        ("Đơn vị: Phòng Văn hóa", "Kinh phí", "9.000.000", 9_000_000),
        ("BẢNG KINH PHÍ", "Kinh phí (1.000đ)", "9000", 9_000_000),
    ],
)
def test_the_unit_above_a_table_counts_for_its_sums(take_in, above, heading, cost, expected):
    preview = take_in([["BẢNG KINH PHÍ"], [above], [*WORKS[:-1], heading], work(cost)], "works")
    assert (preview.rows["cost_vnd"].tolist(), asked(preview)) == ([expected], [])
    assert ("unit_above" in corrected(preview)) == (
        above.startswith(("Đơn vị tính", "(ĐVT")) and heading == "Kinh phí"
    )


def test_small_sums_without_a_unit_are_asked_about_once(take_in):
    content = [WORKS, work("34"), work("12", number=2), work("9.000.000", number=3)]
    assert asked(take_in(content, "works")) == ["money_unit"]
    preview = answered(take_in, content, "works", "1000000")
    assert preview.rows["cost_vnd"].tolist() == [34_000_000, 12_000_000, 9_000_000]


def test_a_sum_merged_over_rows_is_not_that_of_each(take_in):
    content = workbook([WORKS, work(9_000_000), work(None, number=2), work(12_000_000, number=3)], "E2:E3")
    preview = take_in(content, "works")
    assert (asked(preview), preview.rows["cost_vnd"].tolist()) == (["merged"], [12_000_000])
    together = answered(take_in, content, "works", "together")
    assert together.rows["cost_vnd"].isna().tolist() == [True, True, False]
    each = answered(take_in, content, "works", "each")
    assert each.rows["cost_vnd"].tolist() == [9_000_000, 9_000_000, 12_000_000]


def test_a_place_merged_over_rows_and_columns_counts_for_each_row(take_in):
    rows = [
        ["Xã", "Ghi chú", "Tên thôn", "Danh mục"],
        ["Vạn Thọ", None, "A", "có nguồn"],
        [None, None, "B", "có nguồn"],
    ]
    preview = take_in(workbook(rows, "A2:B3"), "villages")
    assert preview.rows["commune_code"].tolist() == [THO, THO]


@pytest.mark.parametrize(("named", "row"), [("Đại Lãnh", LANH), (THO, THO)])
def test_a_name_or_code_of_old_and_new_communes_is_asked_about(take_in, named, row):
    content = [PANOS, ["Pano X", named, "chưa xây"]]
    assert asked(take_in(content)) == ["commune_year"]
    assert answered(take_in, content, "panos", "2023").rows["commune_code"].tolist() == [row]
    # The new one was made of two old ones: which of them, only a person knows.
    (first,) = take_in(content).questions
    assert asked(take_in(content, answers={first.id: "2025"})) == ["commune_2025"]


@pytest.mark.parametrize(
    ("other", "questions"),
    [("Vạn Giã", []), ("Vạn Ninh", ["commune_2025"]), ("Đại Lãnh", ["commune_year"])],
)
def test_the_other_rows_tell_which_communes_are_meant(take_in, other, questions):
    assert (
        asked(take_in([PANOS, ["Pano X", "Đại Lãnh", "chưa xây"], ["Pano Y", other, "chưa xây"]]))
        == questions
    )


def test_a_heading_with_the_year_tells_which_communes_are_meant(take_in):
    content = [["Tên pano", "Xã, thị trấn (năm 2023)", "Trạng thái"], ["Pano X", "Đại Lãnh", "chưa xây"]]
    assert take_in(content).rows["commune_code"].tolist() == [LANH]


def test_a_code_with_the_name_of_a_new_commune_is_no_old_one(take_in):
    content = [PANOS, ["Pano X", f"{THO} - Đại Lãnh", "chưa xây"]]
    assert asked(take_in(content)) == ["commune_2025"]


def test_a_village_of_another_commune_is_asked_about(take_in):
    content = [[*PANOS, "Thôn"], ["Pano X", "Vạn Thọ", "chưa xây", "Lương Hải"]]
    assert asked(take_in(content)) == ["other_commune"]


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("villages", "Mã thôn"),
        ("panos", "Mã pano"),
        ("works", "Mã việc"),
        ("venues", "Mã điểm"),
        ("activities", "Mã hoạt động"),
    ],
)
def test_the_office_calls_the_id_by_what_it_is_of(take_in, kind, heading):
    key, note = ROWS[kind][0]["id"], "Ghi chú" if kind not in ("venues", "activities") else "Nguồn"
    preview = take_in([[heading, note], [key, "mới"]], kind)
    assert (preview.changed, "unused_columns" in corrected(preview)) == ((key,), False)


def test_another_id_for_a_known_name_is_asked_about(take_in):
    content = [["Mã pano", *PANOS], ["p-9", "Pano Vạn Giã", "Vạn Giã", "đang sử dụng"]]
    assert asked(take_in(content)) == ["same_name"]
    assert answered(take_in, content, "panos", "p1").rows["id"].tolist() == ["p1"]
    assert answered(take_in, content, "panos", "new").new == ("p-9",)


def test_a_known_name_elsewhere_is_asked_about(take_in):
    content = [[*PANOS, "Vĩ độ", "Kinh độ"], ["Pano Vạn Giã", "Vạn Giã", "đang sử dụng", "12.69", "109.225"]]
    assert asked(take_in(content)) == ["same_name"]
    assert answered(take_in, content, "panos", "p1").changed == ("p1",)
    (new,) = answered(take_in, content, "panos", "new").new
    assert new != "p1"


def test_a_new_point_without_accuracy_does_not_keep_the_old_one(take_in):
    content = [["Mã thôn", "Vĩ độ", "Kinh độ"], ["v4", "12.741", "109.251"]]
    preview = take_in(content, "villages")
    assert preview.rows["accuracy_m"].isna().all() and "accuracy_unknown" in corrected(preview)


def test_an_older_inspection_is_asked_about(take_in):
    content = [["Mã pano", "Tình trạng", "Ngày kiểm tra"], ["p1", "hư hỏng nặng", "1/1/2022"]]
    assert asked(take_in(content)) == ["older_inspection"]
    assert answered(take_in, content, "panos", "keep").same == ("p1",)
    assert answered(take_in, content, "panos", "take").changed == ("p1",)
    assert asked(take_in([*content[:1], ["p1", "hư hỏng nặng", "1/1/2024"]])) == []


def test_rows_of_a_group_are_in_its_commune(take_in):
    rows = [
        ["TT", *PANOS],
        ["I", "Xã Vạn Thọ"],
        ["1", "Pano A", None, "chưa xây"],
        ["II", "Thị trấn Vạn Giã"],
        ["1", "Pano B", None, "chưa xây"],
    ]
    preview = take_in(workbook(rows))
    assert (preview.rows["commune_code"].tolist(), preview.faults) == ([THO, GIA], ())
    assert "group_row" in corrected(preview)


def test_who_signs_below_a_table_is_no_row(take_in):
    rows = [
        [*PANOS, "Ghi chú"],
        ["Pano A", "Vạn Thọ", "chưa xây", None],
        [None, None, "NGƯỜI LẬP BIỂU", None],
    ]
    preview = take_in(workbook(rows))
    assert (preview.total, preview.faults) == (1, ())


@pytest.mark.parametrize(("cell", "code"), [("=1+1", "no_result"), ("#N/A", "cell_error")])
def test_a_cell_without_a_value_says_why(take_in, cell, code):
    preview = take_in(workbook([[*PANOS, "Rộng (cm)"], ["Pano A", "Vạn Thọ", "chưa xây", cell]]))
    ((fault,),) = (preview.faults,)
    assert (fault.code, fault.row, fault.value) == (code, 2, cell)


def test_a_formula_for_a_name_is_one_fault(take_in):
    preview = take_in(workbook([PANOS, ['="Pano "&"A"', "Vạn Thọ", "chưa xây"]]))
    assert [fault.code for fault in preview.faults] == ["no_result"]


@pytest.mark.parametrize(
    "content", [b"khong phai bang tinh", b"MZ\x90\x00\x03\x00\x00\x00", b"<html><p>Excel</p></html>"]
)
def test_what_only_has_the_name_of_excel_is_told_so(context, content):
    from records.imports.preview import read_office_file

    (fault,) = read_office_file(content, "Danh sách.XLSX", "panos", context=context).faults
    assert fault.code == "not_excel"


def test_what_was_put_right_is_said_in_the_offices_words(take_in):
    content = [
        [*PANOS, "Tình trạng", "Ngày kiểm tra"],
        ["Pano A", "tt van gia", "dang dung", "hỏng nặng", "05/03/2025"],
    ]
    said = " ".join(one.text for one in take_in(content).corrections if one.code != "made_id")
    words = Words("vi")
    for shown in (
        words("terms.state.in_service"),
        words("terms.condition.major_damage"),
        "Vạn Giã",
        words.date(take_in(content).rows["checked_on"].item()),
    ):
        assert shown in said
    assert not any(code in said for code in ("in_service", "major_damage", GIA))
