"""The command sites: the contract's JSON, an office's list of places, and mistakes told in both languages."""

import json

import pytest
from click.testing import CliRunner

from geo.folder import read_workspace
from geo.siting import WEIGHTS, candidates_from, siting
from geo.text import LANGUAGES, Words
from manage import cli
from tests.folders import make_folder

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
    said = {"objective": plan.objective, "weight": words("sites.weight.households")}
    assert words("sites.found.optimal", **said) in done.stdout
    for id_ in (*plan.weight_unknown, *plan.no_location):
        assert plan.target["name"][id_] in done.stdout


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "mistake",
    [
        (),
        ("-k", 1, "--budget-vnd", 1),
        ("-k", 0),
        ("-k", 1, "--radius-m", -5),
        ("-k", 1, "--cost-vnd", -1),
        ("-k", 1, "--candidates", "nowhere.csv"),
        ("-k", 1, "--excluded", __file__),
    ],
)
def test_a_mistake_is_told_without_a_traceback(folder, mistake, lang):
    done = run(*mistake, "--data", folder, "--lang", lang)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
