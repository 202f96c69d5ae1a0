"""Both ways of drawing the sheet make one; nothing is timed here."""

import pytest

pytest.importorskip("matplotlib")

from benchmarks import sheet  # noqa: E402


@pytest.mark.parametrize(("ending", "head"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_ours_is_a_file_of_its_kind(tmp_path, ending, head):
    target = tmp_path / f"sheet.{ending}"
    assert sheet.ours(sheet.DEMO, target) > 0
    assert target.read_bytes().startswith(head)


def test_the_other_draws_too(tmp_path):
    target = tmp_path / "plot.pdf"
    assert sheet.plotted(sheet.DEMO, target) > 0
    assert target.read_bytes().startswith(b"%PDF")
