"""The commands that write an archive and make all of it again."""

import pytest
from click.testing import CliRunner

from geo.text import Words
from manage import cli
from reports.archive import MADE
from tests.folders import make_folder

VI = Words("vi")


def run(*args, **env):
    return CliRunner().invoke(cli, [str(arg) for arg in args], env=env)


@pytest.mark.parametrize("recorded", [False, True])
def test_an_archive_is_unpacked_with_the_same_figures(tmp_path, recorded):
    folder, file, out = make_folder(tmp_path / "data"), tmp_path / "a.zip", tmp_path / "out"
    env = {"OUTREACH_DATA": str(folder), "OUTREACH_VAR": str(tmp_path / "var")}
    done = run("archive", "-o", file, "--units", "2025", *(["--recorded"] if recorded else []), **env)
    assert done.exit_code == 0, done.output
    assert done.stderr.splitlines() == [VI("archive.making", name=name) for name in MADE]
    done = run("unpack", file, "-o", out)
    assert done.exit_code == 0, done.output
    assert all((out / name).exists() and (out / "again" / name).exists() for name in MADE)


def test_what_is_no_archive_is_told_without_a_traceback(tmp_path):
    file = tmp_path / "a.zip"
    file.write_bytes(b"no zip")
    done = run("unpack", file, "-o", tmp_path / "out")
    assert done.exit_code == 2 and VI("archive.refused.not_one") in done.stderr
    missing = run("unpack", tmp_path / "none.zip", "-o", tmp_path / "out", "--lang", "en")
    assert missing.exit_code == 2 and "none.zip" in missing.stderr
    assert not (tmp_path / "out").exists()
