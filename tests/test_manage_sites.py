"""The command sites: the contract's JSON, an office's list of places, and mistakes told in both languages."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.folder import read_workspace
from geo.siting import candidates_from, siting
from geo.terms import WEIGHTS
from geo.text import LANGUAGES, Words
from manage import cli
from tests.folders import GIA, LANH, ROWS, THO, make_folder

ON = "2023-12-31"


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "data", panos=[], works=[], activities=[])


def run(*args):
    return CliRunner().invoke(cli, ["sites", *map(str, args)])


@pytest.mark.parametrize("candidates", ["villages", "venues"])
@pytest.mark.parametrize("weight", WEIGHTS)
def test_json_is_the_plan_of_the_question(folder, weight, candidates):
    options = ("--candidates", candidates, "--weight", weight, "--radius-m", 3000, "--on", ON)
    done = run("-k", 2, "--data", folder, *options, "--format", "json")
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    ws = read_workspace(folder)
    plan = siting(ws, weight=weight, radius_m=3000, candidates=candidates_from(ws, candidates))
    expected = plan.best(2).to_dict()
    assert printed | {"on": ""} == expected | {"on": ""}
    assert printed["on"] == ON


def test_an_office_writes_its_list_its_own_way(folder, tmp_path):
    village = next(iter(candidates_from(read_workspace(folder), "villages").itertuples()))
    lat, lon = (str(number).replace(".", ",") for number in (village.lat, village.lon))
    places = tmp_path / "noi dat.csv"
    places.write_text(f"Tên;Vĩ độ;Kinh độ;Kinh phí\nChợ;{lat};{lon};14 triệu\n", encoding="utf-8")
    done = run("--budget-vnd", 15_000_000, "--data", folder, "--candidates", places, "--format", "json")
    assert done.exit_code == 0, done.output
    (site,) = json.loads(done.stdout)["sites"]
    assert (site["label"], site["cost_vnd"]) == ("Chợ", 14_000_000)
    assert (site["lat"], site["lon"]) == pytest.approx((village.lat, village.lon))


def test_every_fault_of_a_list_is_told(folder, tmp_path):
    places = tmp_path / "places.csv"
    places.write_text(
        "id,lat,lon,cost_vnd\na,12.7,109.2,nhiều\na,12.7,109.2,1\nb,,109.2,1\n", encoding="utf-8"
    )
    done = run("-k", 1, "--data", folder, "--candidates", places, "--lang", "en")
    assert done.exit_code == 1
    rows = [line for line in done.stderr.splitlines() if "places.csv, row" in line]
    assert [line.split("row ")[1][0] for line in rows] == ["2", "3", "4"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_says_what_is_proven_and_what_is_unknown(folder, lang):
    done = run("-k", 1, "--data", folder, "--weight", "households", "--radius-m", 3000, "--lang", lang)
    assert done.exit_code == 0, done.output
    plan = siting(read_workspace(folder), weight="households", radius_m=3000).best(1)
    words = Words(lang)
    gain = words("sites.amount.households", n=plan.objective)
    assert words("sites.found.optimal", gain=gain) in done.stdout
    for id_ in (*plan.weight_unknown, *plan.no_location):
        assert plan.target["name"][id_] in done.stdout


def test_a_repeated_id_names_the_row_that_has_it(folder, tmp_path):
    places = tmp_path / "places.csv"
    places.write_text("id,lat,lon\na,12.7,109.2\nb,12.7,109.2\na,12.7,109.2\n", encoding="utf-8")
    done = run("-k", 1, "--data", folder, "--candidates", places, "--lang", "en")
    assert done.exit_code == 1
    assert Words("en")("imports.fault.duplicate_id.problem", first="2") in done.stderr


def test_points_of_a_map_layer_are_places(folder, tmp_path):
    village = next(iter(candidates_from(read_workspace(folder), "villages").itertuples()))
    point = {"type": "Point", "coordinates": [village.lon, village.lat]}
    twice = [{"type": "Feature", "properties": {"name": name}, "geometry": point} for name in "AB"]
    places = tmp_path / "places.geojson"
    places.write_text(json.dumps({"type": "FeatureCollection", "features": twice}), encoding="utf-8")
    done = run("-k", 2, "--data", folder, "--candidates", places, "--format", "json")
    assert done.exit_code == 0, done.output
    # Of two places that are the same only the first is of use.
    assert [site["label"] for site in json.loads(done.stdout)["sites"]] == ["A"]


def without(rows, *columns):
    return [{name: value for name, value in row.items() if name not in columns} for row in rows]


LEAFLETS = {
    "id": "a1",
    "channel": "leaflet",
    "title": "Tờ rơi",
    "state": "done",
    "starts_on": ON,
    "scope": "communes",
    "commune_codes": f"{GIA};{LANH};{THO}",
}
FAR = "lat,lon\n8.6,104.7\n"
NO_POINTS = without(ROWS["villages"], "lat", "lon", "accuracy_m")
NO_WEIGHT = without(ROWS["villages"], "poor_households")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("obstacle", "contents", "options"),
    [
        ("no_villages", {"villages": [], "venues": []}, ()),
        ("all_reached", {"activities": [LEAFLETS], "venues": []}, ()),
        ("no_places", {"venues": []}, ("--candidates", "venues")),
        (
            "no_points",
            {"villages": NO_POINTS},
            ("--candidates", FAR),
        ),
        (
            "no_weight",
            {"villages": NO_WEIGHT},
            ("--weight", "poor_households"),
        ),
        ("no_gain", {}, ("--candidates", FAR)),
        ("no_money", {}, ("--cost-vnd", 9)),
    ],
)
def test_where_nothing_can_be_proposed_the_reason_is_said(tmp_path, obstacle, contents, options, lang):
    folder = make_folder(tmp_path / "data", **{"panos": [], "works": [], "activities": []} | contents)
    (tmp_path / "far.csv").write_text(FAR, encoding="utf-8")
    options = [tmp_path / "far.csv" if value == FAR else value for value in options]
    limit = ("--budget-vnd", 5) if obstacle == "no_money" else ("-k", 2)
    asked = (*limit, "--data", folder, "--on", ON, *options)
    done = run(*asked, "--lang", lang)
    assert done.exit_code == 0, done.output
    words = Words(lang)
    assert words(f"sites.none.{obstacle}", weight=words("sites.weight.poor_households")) in done.stdout
    printed = json.loads(run(*asked, "--format", "json").stdout)
    assert (printed["sites"], printed["objective"], printed["optimal"]) == ([], 0, True)


def test_panos_that_stand_or_are_approved_are_taken_as_given(tmp_path):
    build = {"id": "w9", "pano_id": "p9", "kind": "build", "state": "approved"}
    planned = {
        "id": "p9",
        "name": "Mới",
        "commune_code": THO,
        "state": "planned",
        "lat": 12.69,
        "lon": 109.26,
        "radius_m": 900,
    }
    nowhere = {
        "id": "p8",
        "name": "Chưa rõ nơi",
        "commune_code": GIA,
        "state": "in_service",
        "condition": "good",
    }
    left = {}
    for name, works in (("proposed", [build | {"state": "proposed"}]), ("approved", [build])):
        folder = make_folder(tmp_path / name, panos=[planned, nowhere], works=works, activities=[])
        done = run("-k", 1, "--data", folder, "--format", "json")
        assert done.exit_code == 0, done.output
        left[name] = set(json.loads(done.stdout)["target"])
    assert left["proposed"] - left["approved"] == {"v3"}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("channels", "said", "unsaid"),
    [
        ("portal,leaflet", "without_panos", "panos_only"),
        ("portal,pano", "panos_only", "without_panos"),
        ("pano", None, "without_panos"),
    ],
)
def test_no_reach_is_promised_through_channels_that_no_pano_gives(folder, channels, said, unsaid, lang):
    done = run("-k", 1, "--data", folder, "--channels", channels, "--lang", lang)
    assert done.exit_code == 0, done.output
    words = Words(lang)
    assert said is None or words(f"sites.{said}") in done.stdout
    assert words(f"sites.{unsaid}") not in done.stdout


def test_one_village_is_told_in_the_singular(folder):
    done = run("-k", 1, "--data", folder, "--radius-m", 1, "--lang", "en")
    assert "reach 1 village of" in done.stdout


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "mistake",
    [
        (),
        ("-k", 1, "--budget-vnd", 1),
        ("-k", 0),
        ("-k", -1),
        ("-k", "three"),
        ("-k", 1.5),
        ("--budget-vnd", 1),
        ("-k", 1, "--radius-m", "nan"),
        ("-k", 1, "--candidates", Path(__file__).parent),
        ("-k", 1, "--excluded", Path(__file__).parent),
        ("-k", 10**400),
        ("-k", "inf"),
        ("--budget-vnd", 10**20),
        ("-k", 1, "--radius-m", -5),
        ("-k", 1, "--radius-m", 0),
        ("-k", 1, "--radius-m", "1e300"),
        ("-k", 1, "--radius-m", "-inf"),
        ("-k", 1, "--cost-vnd", -1),
        ("-k", 1, "--cost-vnd", 10**20),
        ("-k", 1, "--candidates", "nowhere.csv"),
        ("-k", 1, "--excluded", __file__),
    ],
)
def test_a_mistake_is_told_without_a_traceback(folder, mistake, lang):
    done = run(*mistake, "--data", folder, "--lang", lang)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(Words(lang)("cli.error.line", problem=""))
    english = ("Invalid value", "is not a valid")
    assert lang == "en" or not any(text in done.stderr for text in english)
