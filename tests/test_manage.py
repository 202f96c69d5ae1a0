"""The command line: the contract's output, faults and mistakes told in both languages, never a traceback."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from geo.check import check_folder
from geo.coverage import coverage
from geo.folder import read_workspace
from geo.terms import CHANNELS, CLASSES, REACHING_CHANNELS
from geo.text import LANGUAGES, Words
from manage import cli
from tests.folders import ROWS, make_folder, with_row

ROOT = Path(__file__).resolve().parents[1]
ON = "2023-12-31"
COUNTS = ("villages", *CLASSES)


@pytest.fixture
def folder(tmp_path):
    return make_folder(tmp_path / "data")


@pytest.fixture
def broken(tmp_path):
    return make_folder(tmp_path / "broken", villages=with_row("villages", 0, lat="abc", kind="phố"))


def run(*args, **options):
    return CliRunner().invoke(cli, [str(arg) for arg in args], **options)


def printed_json(*args):
    done = run(*args, "--format", "json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.mark.parametrize("units", ["2023", "2025"])
def test_coverage_prints_the_contract(folder, units):
    data = printed_json("coverage", "--data", folder, "--on", ON, "--units", units)
    assert list(data) == ["on", "units", "channels", "villages", "communes", "summary"]
    assert (data["on"], data["units"], data["channels"]) == (ON, units, list(REACHING_CHANNELS))
    assert [village["id"] for village in data["villages"]] == [row["id"] for row in ROWS["villages"]]
    assert [c["code"] for c in data["communes"]] == [row["code"] for row in ROWS[f"communes_{units}"]]
    reached = {village["id"]: village["class"] for village in data["villages"]}
    assert reached == {"v1": "reached", "v2": "reached", "v3": "planned", "v4": "planned"}


def test_channels_are_chosen_by_commas(folder):
    data = printed_json("coverage", "--data", folder, "--channels", "leaflet, pano,leaflet")
    assert data["channels"] == ["leaflet", "pano"]
    assert list(data["villages"][0]["channels"]) == ["leaflet", "pano"]


def test_csv_and_geojson_say_the_same_as_json(folder):
    options = ("coverage", "--data", folder, "--on", ON, "--units", "2025")
    villages = printed_json(*options)["villages"]
    table = list(csv.DictReader(io.StringIO(run(*options, "--format", "csv").stdout)))
    features = json.loads(run(*options, "--format", "geojson").stdout)["features"]
    for village, row, feature in zip(villages, table, features, strict=True):
        channels = village.pop("channels")
        village |= {f"{c}_{s}": value for c, runs in channels.items() for s, value in runs.items()}
        assert feature["properties"] == village
        shown = {key: "" if value is None else str(value) for key, value in village.items()}
        shown["counted"] = shown["counted"].lower()
        assert {key: row[key] for key in village} == shown


def figures(line, name):
    """Return the counts that follow a name on a line of the table."""
    return [int(cell) for cell in line.split(name)[1].split()[: len(COUNTS)]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_table_has_the_figures_of_the_json(folder, lang):
    options = ("coverage", "--data", folder, "--on", ON)
    data = printed_json(*options)
    lines = run(*options, "--lang", lang).stdout.splitlines()
    words = Words(lang)
    for row in data["communes"]:
        (line,) = [line for line in lines if line.startswith(row["code"])]
        assert figures(line, row["name"]) == [row[key] for key in COUNTS]
    whole = words("cli.coverage.whole")
    (line,) = [line for line in lines if line.strip().startswith(whole)]
    assert figures(line, whole) == [data["summary"][key] for key in COUNTS]
    for village in data["villages"]:
        assert any(
            line.startswith(village["name"]) and words(f"terms.class.{village['class']}") in line
            for line in lines
        )
    assert any(line.startswith("Đông Hội *") for line in lines)
    assert lines[-1] == words("cli.coverage.historical")


def test_the_columns_of_the_table_stand_under_one_another(folder):
    lines = run("coverage", "--data", folder).stdout.splitlines()
    rules = [number for number, line in enumerate(lines) if line.startswith("──")]
    assert len(rules) == 2
    for number in rules:
        starts = [
            at for at, ch in enumerate(lines[number]) if ch == "─" and lines[number][at - 1 : at] != "─"
        ]
        for line in (lines[number - 1], lines[number + 1]):
            assert all(line[at - 2 : at].strip() == "" for at in starts[1:])


def test_check_of_a_faultless_folder(folder):
    report = check_folder(folder)
    assert printed_json("check", "--data", folder) == report.to_dict()
    assert report.accepted == report.rows == sum(map(len, ROWS.values()))
    done = run("check", "--data", folder)
    assert (done.exit_code, done.stdout.strip()) == (0, Words("vi")("cli.check.faultless", n=report.rows))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_check_tells_every_fault(broken, lang):
    report = check_folder(broken, lang)
    assert len(report.faults) > 1
    done = run("check", "--data", broken, "--lang", lang)
    assert done.exit_code == 1
    for fault in report.faults:
        line = next(line for line in done.stdout.splitlines() if f"“{fault.value}”" in line)
        assert all(
            part in line for part in (fault.file, str(fault.row), fault.column, fault.problem, fault.fix)
        )
    done = run("check", "--data", broken, "--format", "json", "--lang", lang)
    assert done.exit_code == 1
    assert json.loads(done.stdout) == report.to_dict()


@pytest.mark.parametrize("format", ["table", "json", "csv", "geojson"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_coverage_refuses_a_broken_folder(broken, format, lang):
    done = run("coverage", "--data", broken, "--format", format, "--lang", lang)
    assert (done.exit_code, done.stdout) == (1, "")
    assert all(fault.problem in done.stderr for fault in check_folder(broken, lang).faults)


@pytest.mark.parametrize("command", ["check", "coverage"])
def test_a_folder_that_is_not_there(command, tmp_path):
    done = run(command, "--data", tmp_path / "nowhere")
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)


MISTAKES = [
    (["fly"], "no_command", {"name": "fly"}),
    (["coverage", "--fast"], "no_option", {"name": "--fast"}),
    (["coverage", "--on"], "option_value", {"name": "--on"}),
    (["coverage", "--on", "31/12/2023"], "date", {"option": "--on", "value": "31/12/2023"}),
    (["coverage", "--on", "2023-02-30"], "date", {"option": "--on", "value": "2023-02-30"}),
    (["coverage", "a", "b"], "extra", {"value": "a b"}),
    (
        ["coverage", "--units", "2024"],
        "choice",
        {"option": "--units", "value": "2024", "allowed": "2023, 2025"},
    ),
    (
        ["coverage", "--channels", "pano,tv"],
        "choice",
        {"option": "--channels", "value": "tv", "allowed": ", ".join(CHANNELS)},
    ),
    (
        ["check", "--format", "csv"],
        "choice",
        {"option": "--format", "value": "csv", "allowed": "table, json"},
    ),
]


@pytest.mark.parametrize(("args", "problem", "values"), MISTAKES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_mistake_is_told_in_the_language_asked_for(args, problem, values, lang):
    done = run(*args[:1], f"--lang={lang}", *args[1:]) if len(args) > 1 else run(*args, f"--lang={lang}")
    assert (done.exit_code, done.stdout) == (2, "")
    assert Words(lang)(f"cli.error.{problem}", **values) in done.stderr
    assert "Traceback" not in done.stderr


def test_a_language_that_is_not_known_is_refused_in_vietnamese():
    done = run("check", "--lang", "fr")
    assert done.exit_code == 2
    assert "“fr”" in done.stderr and done.stderr.startswith("Lỗi")


def test_units_that_the_folder_lacks_are_refused(tmp_path):
    communes = [{**row, "successor_code": ""} for row in ROWS["communes_2023"]]
    folder = make_folder(tmp_path / "data", communes_2023=communes, communes_2025=None)
    assert run("coverage", "--data", folder).exit_code == 0
    done = run("coverage", "--units", "2025", "--data", folder)
    assert done.exit_code == 2
    assert Words("vi")("cli.error.no_units", units="2025") in done.stderr


def test_the_folder_comes_from_the_environment(folder, broken):
    assert run("check", env={"OUTREACH_DATA": str(broken)}).exit_code == 1
    assert run("check", env={"OUTREACH_DATA": str(folder)}).exit_code == 0
    assert run("check", "--data", folder, env={"OUTREACH_DATA": str(broken)}).exit_code == 0


def test_the_real_workspace_is_the_default():
    data = json.loads(run("coverage", "--format", "json", "--on", ON, env={"OUTREACH_DATA": ""}).stdout)
    expected = coverage(read_workspace(ROOT / "data")).villages
    assert [village["id"] for village in data["villages"]] == expected.index.tolist()


@pytest.mark.parametrize("args", [["--help"], ["check", "--help"], ["coverage", "--help"]])
def test_help_is_in_both_languages(args):
    done = run(*args)
    assert done.exit_code == 0
    text = " ".join(done.stdout.split())
    name = args[0] if len(args) > 1 else "program"
    assert all(Words(lang)(f"cli.help.{name}") in text for lang in LANGUAGES)


def test_no_command_shows_the_help():
    done = run()
    assert done.exit_code == 2
    assert "coverage" in done.stderr


def test_output_is_utf8_whatever_the_terminal_says(folder):
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "OUTREACH_DATA": str(folder)}
    command = [sys.executable, "manage.py", "coverage", "--format", "csv"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert "Đông Hội" in done.stdout.decode("utf-8")


def test_help_needs_no_heavy_library():
    program = "import sys, manage; print(*sorted({'pandas', 'geopandas', 'scipy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""
