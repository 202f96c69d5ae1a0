"""A place is matched by its exact name, however it is typed; a name nearly right is a question."""

import unicodedata

import pandas as pd
import pytest

from geo.cells import CellError
from geo.schema import table
from records.imports.findings import Doubt
from records.imports.identity import Known, made_id
from records.imports.places import Names, Places
from tests.folders import GIA, LANH, ROWS, THO

COMMUNES = pd.DataFrame(
    {"name": ["Vạn Thạnh", "Vạn Thắng", "Đại Lãnh", "Khánh Hoà"], "kind": "xã"},
    index=["22519", "22516", "22492", "1"],
)


@pytest.fixture(scope="module")
def communes():
    return Names(COMMUNES, "communes_2023", COMMUNES["name"])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Vạn Thạnh", "22519"),
        ("xã Vạn Thạnh", "22519"),
        ("XÃ VẠN THẠNH", "22519"),
        ("van thanh", "22519"),
        (unicodedata.normalize("NFD", "Vạn Thạnh"), "22519"),
        ("22519", "22519"),
        ("22519 - Vạn Thạnh", "22519"),
        ("Vạn Thạnh (22519)", "22519"),
        ("\u00d0ại Lãnh", "22492"),
        ("X. Đại Lãnh", "22492"),
        ("Khánh Hòa", "1"),
        ("Khánh Hoà", "1"),
    ],
)
def test_a_commune_is_known_however_it_is_typed(communes, text, code):
    assert communes.match(text).text == code


def test_a_name_that_is_nearly_right_is_asked_about(communes):
    with pytest.raises(Doubt) as doubt:
        communes.match("Vạn Thạn")
    assert set(doubt.value.options) == {"22519", "22516"}


def test_a_strange_name_is_refused(communes):
    with pytest.raises(CellError) as wrong:
        communes.match("Nha Trang")
    assert wrong.value.code == "unknown_commune"


def villages(*rows):
    frame = pd.DataFrame(rows, columns=["id", "name", "commune_code"]).set_index("id")
    return Names(frame, "villages", COMMUNES["name"])


def test_a_village_of_a_common_name_is_told_by_its_commune():
    names = villages(("a", "Tân Mỹ", "22519"), ("b", "Tân Mỹ", "22516"), ("c", "Tổ dân phố số 3", "22516"))
    assert names.match("thôn Tân Mỹ, xã Vạn Thắng").text == "b"
    assert names.match("Tân Mỹ (Vạn Thạnh)").text == "a"
    assert names.match("Tân Mỹ", commune="22516").text == "b"
    with pytest.raises(Doubt) as doubt:
        names.match("Tân Mỹ")
    assert set(doubt.value.options) == {"a", "b"}


def test_a_village_of_the_same_letters_is_told_by_its_marks():
    names = villages(("a", "Hải Triều", "22519"), ("b", "Hải Triệu", "22519"))
    assert names.match("Hải Triều").text == "a"
    assert names.match("Hải Triệu").text == "b"


@pytest.mark.parametrize("name", ["Minh họa 1 (Vạn Phú)", "Quốc lộ 1, Đại Lãnh", "Đầm Môn"])
def test_what_a_place_is_called_is_understood_again(name):
    names = villages(("a", name, "22519"), ("b", "Sơn Đừng", "22519"))
    assert names.match(names.label("a")).text == "a"


def test_a_commune_of_2025_is_asked_about_unless_one_became_it(context):
    places = Places(context)
    column = next(one for one in table("panos").columns if one.name == "commune_code")
    assert places.match("xã Vạn Ninh", column).text == GIA
    # The name is one of 2023 too, and means that: columns are of 2023.
    assert places.match("Đại Lãnh", column).text == LANH


def test_lists_are_split_where_their_names_end(context):
    places = Places(context)
    column = next(one for one in table("activities").columns if one.name == "village_ids")
    assert places.parts("v1;v2", column) == ["v1", "v2"]
    assert places.parts("Tân Mỹ, Lương Hải", column) == ["Tân Mỹ", "Lương Hải"]
    assert places.parts("Tân Mỹ, Vạn Giã", column) == ["Tân Mỹ, Vạn Giã"]


def test_ids_are_made_of_what_tells_rows_apart():
    assert made_id({"name": "Đầm Môn", "commune_code": "22519"}, table("villages")) == "v-22519-dam-mon"
    work = {"pano_id": "p-dam-mon", "kind": "build", "due_on": ""}
    assert made_id(work, table("works")) == "w-dam-mon-build"
    assert made_id({"name": "Đầm Môn"}, table("villages")) == ""
    assert made_id({"channel": "banner"}, table("activities")) == ""


def test_a_known_row_is_given_as_its_file_has_it(context):
    known = Known(context.panos, table("panos"))
    (first, *_) = ROWS["panos"]
    blank = dict.fromkeys(table("panos").names[1:], "")
    assert known.texts("p1") == blank | {name: str(value) for name, value in first.items() if name != "id"}
    assert known.same_name({"name": "pano vạn thọ", "commune_code": THO}) == "p2"
