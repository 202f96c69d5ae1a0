"""The benchmarks count right and judge right, on inputs of the smallest size; nothing is timed here."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from click.testing import CliRunner

from benchmarks import __main__ as command
from benchmarks import made_up, reach
from benchmarks.measure import Line, Results, in_child, peak_mb
from benchmarks.naive.files import FILES, PACKAGES
from geo.folder import read_workspace
from geo.terms import CLASSES

VILLAGES, PANOS = 3_000, 10_000
PROVINCE = {"communes": 12, "villages": 40, "panos": 30}


@pytest.fixture(scope="module")
def country(tmp_path_factory):
    """A small country by how much is known of how exact its points are."""
    return {
        accuracies: made_up.country(
            tmp_path_factory.mktemp(accuracies), villages=VILLAGES, panos=PANOS, accuracies=accuracies
        )
        for accuracies in made_up.ACCURACIES
    }


@pytest.mark.parametrize("accuracies", made_up.ACCURACIES)
def test_ours_is_right_where_every_geodesic_is_compared(country, accuracies):
    times, answer = reach.ours(country[accuracies], 2)
    assert len(times) == 2
    assert len(answer.classes) == VILLAGES
    assert reach.count_wrong(answer, reach.by_hand(country[accuracies])) == 0


def test_every_class_occurs_unless_no_accuracy_is_known(country):
    for accuracies, folder in country.items():
        assert set(CLASSES) - set(reach.by_hand(folder).classes) == (
            {"possible"} if accuracies == "blank" else set()
        )


def test_a_wrong_class_or_distance_is_counted(country):
    truth = reach.by_hand(country["blank"])
    classes, nearest_m = truth.classes.copy(), truth.nearest_m.copy()
    classes[np.flatnonzero(truth.classes == "unreached")[:2]] = "reached"
    nearest_m[np.flatnonzero(np.isfinite(nearest_m))[-1]] += 1
    assert reach.count_wrong(reach.Answer(classes, nearest_m), truth) == 3
    assert reach.count_wrong_reached(np.isin(classes, ("reached", "planned")), truth) == 2


def test_buffers_answer_for_every_village(country):
    _, reached = reach.buffers(country["blank"])
    truth = reach.by_hand(country["blank"])
    assert len(reached) == VILLAGES
    # Wrong at most where a village lies within a thousandth of a radius from its edge.
    assert reach.count_wrong_reached(reached, truth) < VILLAGES / 100


def test_a_province_is_a_valid_folder_of_ragged_communes_that_share_borders(tmp_path):
    workspace = read_workspace(made_up.province(tmp_path, **PROVINCE))
    communes = workspace.units("2023")
    assert (len(communes), len(workspace.villages), len(workspace.panos)) == tuple(PROVINCE.values())
    assert communes.is_valid.all()
    assert shapely.get_num_coordinates(communes.geometry).mean() > 4 * made_up.EDGE_VERTICES
    assert shapely.coverage_is_valid(communes.geometry.to_numpy())


def test_the_same_seed_gives_the_same_folder(tmp_path):
    first, second = (made_up.province(tmp_path / name, **PROVINCE) for name in "ab")
    assert read_workspace(first).version == read_workspace(second).version


@pytest.mark.parametrize(
    ("ours", "other", "aim", "ratio", "met"),
    [
        ((1.0, 2.0, 9.0), (10.0,), 5, 5.0, True),
        ((1.0, 2.0, 9.0), (9.0,), 5, 4.5, False),
        ((2.0,), (10.0,), None, 5.0, None),
        ((2.0,), (), 5, None, None),
        ((0,), (26,), 0, None, True),
        ((1,), (26,), 0, 26.0, False),
        ((), (26,), 0, None, None),
    ],
)
def test_a_line_compares_medians(ours, other, aim, ratio, met):
    line = Line("what", "s", ours, other, "the usual way", aim)
    assert (line.ratio, line.met) == (ratio, met)


def test_the_table_has_a_row_for_each_line_and_says_what_is_missed():
    line = Line("what is slow", "s", (4.0,), (8.0,), "the usual way", 5)
    text = Results([line, Line("what is not judged", "MB", (), (), "")], ["a note"]).table()
    (row,) = [row for row in text.splitlines() if row.startswith(line.what)]
    assert row.endswith("NO")
    assert "what is not judged" in text
    assert "a note" in text


def test_a_child_has_a_peak_of_its_own():
    held = np.ones(40_000_000)
    value, peak = in_child(len, "abc")
    assert value == len("abc")
    assert not peak or peak[0] < peak_mb()[0] - held.nbytes / 2e6


def test_the_command_writes_what_it_measured(tmp_path, monkeypatch):
    line = Line("what", "s", (1.0,), (7.0,), "the usual way", 5)

    def measured(results, *, size):
        assert size == "quick"
        results.lines.append(line)

    def impossible(results, *, size):
        raise RuntimeError("npm is missing")

    monkeypatch.setitem(command.RUNS, "reach", measured)
    monkeypatch.setitem(command.RUNS, "map", impossible)
    path = tmp_path / "results.json"
    outcome = CliRunner().invoke(command.main, ["reach", "map", "--quick", "--json", str(path)])
    assert outcome.exit_code == 0, outcome.output
    report = json.loads(path.read_text(encoding="utf-8"))
    assert report["lines"] == [line.to_dict() | {"ours": [1.0], "other": [7.0]}]
    assert any("npm is missing" in note for note in report["notes"])


def test_every_file_of_the_usual_map_has_its_package():
    assert {Path(file).parts[0] for _, file in FILES} == set(PACKAGES)
