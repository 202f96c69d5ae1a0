"""Archives of an office are found, described and read; what can't be drawn is left out and harms nothing."""

import sqlite3

import pytest
from pmtiles.tile import TileType

from records.tiles import read_tile, tile_sets
from tests.archives import DEEPEST, all_tiles, make_mbtiles, make_pmtiles, tile_content

MAKERS = {"mbtiles": make_mbtiles, "pmtiles": make_pmtiles}


@pytest.mark.parametrize("ending", MAKERS)
def test_an_archive_says_what_it_is(tmp_path, ending):
    MAKERS[ending](tmp_path / f"bản đồ nền.{ending}", attribution="<b>Sở</b>")
    (found,) = tile_sets(tmp_path)
    assert (found.name, found.media_type, found.max_zoom) == ("bản đồ nền", "image/png", DEEPEST)
    assert found.attribution == "<b>Sở</b>"


@pytest.mark.parametrize("ending", MAKERS)
def test_every_tile_is_at_its_place_counted_from_the_north(tmp_path, ending):
    MAKERS[ending](tmp_path / f"a.{ending}")
    (found,) = tile_sets(tmp_path)
    for z, x, y in all_tiles():
        assert read_tile(found, z, x, y) == tile_content(z, x, y)


@pytest.mark.parametrize("ending", MAKERS)
def test_a_tile_that_is_not_there_is_none(tmp_path, ending):
    MAKERS[ending](tmp_path / f"a.{ending}")
    (found,) = tile_sets(tmp_path)
    assert read_tile(found, DEEPEST + 1, 0, 0) is None


def test_vectors_and_broken_archives_are_left_out(tmp_path):
    make_mbtiles(tmp_path / "vector.mbtiles", format="pbf")
    make_pmtiles(tmp_path / "vector.pmtiles", kind=TileType.MVT)
    (tmp_path / "broken.mbtiles").write_bytes(b"not a database")
    (tmp_path / "broken.pmtiles").write_bytes(b"PMTiles")
    (tmp_path / "empty.mbtiles").touch()
    sqlite3.connect(tmp_path / "other.mbtiles").close()
    assert tile_sets(tmp_path) == []
    make_mbtiles(tmp_path / "good.mbtiles")
    assert [found.name for found in tile_sets(tmp_path)] == ["good"]


def test_no_folder_is_no_archive(tmp_path):
    assert tile_sets(tmp_path / "basemap") == []


def test_reading_leaves_an_archive_as_it_was(tmp_path):
    path = make_mbtiles(tmp_path / "a.mbtiles")
    before = path.read_bytes()
    (found,) = tile_sets(tmp_path)
    read_tile(found, 0, 0, 0)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["a.mbtiles"]
