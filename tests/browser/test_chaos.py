"""Over a link that cuts, stalls and loses its server nothing is lost or doubled, and no phone lies."""

from __future__ import annotations

from tools.bad_link import FAULTS, KILL_EVERY
from tools.field_storm import weather

FAULT_COUNT = 3 * KILL_EVERY
"""The benchmark ``chaos`` has 500; these take a minute and hold every fault."""


def test_a_storm(tmp_path, browser):
    storm = weather(tmp_path, browser, faults=FAULT_COUNT, seed=1065)
    assert storm.faults.total() >= FAULT_COUNT
    assert storm.faults.keys() == {*FAULTS, "kill"}
    assert storm.reports > 0
    assert (storm.lost, storm.doubled) == (0, 0)
    assert storm.untrue == []
    assert storm.page_errors == []
    # Over a good link a photo passes once.
    assert storm.photo_bytes < storm.photo_wire_bytes < 2 * storm.photo_bytes
