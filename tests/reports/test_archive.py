"""An archive gives back what went in, makes it again, and is refused if it was changed."""

import io
import json
import zipfile

import pytest

from geo.folder import read_workspace
from records.actions import edit
from records.dossier import photo_list
from reports.annexes import PhotoPair
from reports.archive import (
    DATA,
    FORMAT,
    MADE,
    MANIFEST,
    MOST_MANIFEST_BYTES,
    ArchiveRefused,
    archive,
    companion_files,
    folder_files,
    unpack,
)
from tests.folders import make_folder
from tests.records.helpers import operation, photo
from tests.reports.conftest import ON, VI
from tests.reports.test_report_word import picture

OPTIONS = {"on": ON, "units": "2023"}
SHOWN = {
    "photos": [{"hash": "a" * 64}],
    "pairs": [PhotoPair("Sửa chữa: pano", picture((40, 20), "JPEG"), None, ON, None)],
    "minutes": b"said",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a small data folder with a base map and a file that is no part of it."""
    folder = make_folder(tmp_path_factory.mktemp("archive") / "data")
    (folder / "basemap").mkdir()
    (folder / "basemap" / "labels.geojson").write_text('{"type": "FeatureCollection", "features": []}')
    (folder / "basemap" / "sea.mbtiles").write_bytes(b"large")
    (folder / "secret.txt").write_text("not ours")
    return folder


@pytest.fixture(scope="module")
def content(folder):
    """Return an archive of that folder."""
    return archive(read_workspace(folder), folder_files(folder), VI, **OPTIONS, **SHOWN)


def manifest_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return json.loads(file.read(MANIFEST))


def changed(content, change):
    """Return an archive after a function has changed its files."""
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        files = {name: file.read(name) for name in file.namelist()}
    change(files)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        for name, part in files.items():
            file.writestr(name, part)
    return stream.getvalue()


def test_what_went_in_comes_out_and_everything_is_made_again_to_the_byte(folder, content, tmp_path):
    found = unpack(io.BytesIO(content), tmp_path / "out")
    manifest = manifest_of(content)
    assert found.differing == () and found.checksum == manifest["checksum"]
    assert folder_files(tmp_path / "out" / DATA) == folder_files(folder)
    assert not (tmp_path / "out" / DATA / "secret.txt").exists()
    assert manifest["left_out"] == ["basemap/sea.mbtiles"] and manifest["photos"] == [{"hash": "a" * 64}]
    assert json.loads((tmp_path / "out" / MANIFEST).read_text("utf-8")) == manifest
    assert (tmp_path / "out" / "minutes.docx").read_bytes() == b"said"
    for name in MADE:
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "out" / "again" / name).read_bytes(), (
            name
        )


def test_the_same_input_is_the_same_archive_wherever_it_lies(content, tmp_path):
    out = tmp_path / "elsewhere"
    unpack(io.BytesIO(content), out)
    again = archive(
        read_workspace(out / DATA),
        folder_files(out / DATA),
        VI,
        **OPTIONS,
        **SHOWN,
    )
    here, there = (manifest_of(one) for one in (content, again))
    # Only the archive of tiles lay beside the first.
    assert here.pop("left_out") and not there.pop("left_out")
    assert here == there


def test_files_that_were_changed_added_or_taken_away_are_named_and_nothing_is_written(content, tmp_path):
    def change(files):
        files[f"{DATA}/panos.csv"] += b"\n"
        files["more.txt"] = b""
        del files["report.pdf"]

    with pytest.raises(ArchiveRefused) as refusal:
        unpack(io.BytesIO(changed(content, change)), tmp_path / "out")
    assert refusal.value.code == "changed" and not (tmp_path / "out").exists()
    for name in (f"{DATA}/panos.csv", "more.txt", "report.pdf"):
        assert name in refusal.value.explain(VI)


def with_file(content, name):
    """Return an archive that holds, and says that it holds, one more file."""

    def change(files):
        manifest = json.loads(files[MANIFEST])
        files[name] = files["README.txt"]
        manifest["files"][name] = manifest["files"]["README.txt"]
        files[MANIFEST] = json.dumps(manifest).encode()

    return changed(content, change)


@pytest.mark.parametrize(
    "name",
    [
        *("../evil.txt", "/evil.txt", "a/../../evil.txt", "C:evil.txt", "..\\evil.txt", "data/../evil.txt"),
        *(".", "again", "again/evil.docx", "data", "data/x/y.csv", "evil" * 75, "evil\n", "CON", "evil."),
        *("data/basemap/../evil.json", "data/plan_evil:.toml", "photos/evil.jpg"),
    ],
)
def test_a_file_that_no_archive_has_is_refused_and_nothing_is_written(content, tmp_path, name):
    with pytest.raises(ArchiveRefused) as refusal:
        unpack(io.BytesIO(with_file(content, name)), tmp_path / "out")
    assert refusal.value.code == "changed" and list(tmp_path.iterdir()) == []


def test_two_names_that_some_systems_take_for_one_are_refused(content, tmp_path):
    with pytest.raises(ArchiveRefused, match="not_one"):
        unpack(io.BytesIO(with_file(content, f"{DATA}/basemap/LABELS.geojson")), tmp_path / "out")


@pytest.mark.parametrize("way", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_files_that_are_packed_in_another_way_are_refused(content, tmp_path, way):
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as kept, zipfile.ZipFile(stream, "w") as file:
        for entry in kept.infolist():
            coding = way if entry.filename == MADE[0] else zipfile.ZIP_STORED
            file.writestr(entry.filename, kept.read(entry), coding)
    with pytest.raises(ArchiveRefused, match="changed"):
        unpack(stream, tmp_path / "out")


def test_a_manifest_larger_than_any_is_not_read(tmp_path):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(MANIFEST, b"[" * (MOST_MANIFEST_BYTES + 1))
    with pytest.raises(ArchiveRefused, match="not_one"):
        unpack(stream, tmp_path / "out")


def test_a_failure_halfway_leaves_nothing(content, tmp_path):
    def stop(name):
        if name == MADE[-1]:
            raise OSError

    with pytest.raises(OSError):
        unpack(io.BytesIO(content), tmp_path / "out", tell=stop)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"format": FORMAT + 1}, "newer"),
        ({"kind": "outreach-backup"}, "not_one"),
        ({"on": "yesterday"}, "not_one"),
        ({"units": "1999"}, "not_one"),
        ({"lang": "xx"}, "not_one"),
        ({"pairs": [{"title": ""}]}, "not_one"),
        ({"files": 7}, "not_one"),
        ({"checksum": "00000000"}, "data"),
    ],
)
def test_a_manifest_that_is_not_understood_is_refused(content, tmp_path, said, code):
    def change(files):
        files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | said).encode()

    with pytest.raises(ArchiveRefused) as refusal:
        unpack(io.BytesIO(changed(content, change)), tmp_path / "out")
    assert refusal.value.code == code and refusal.value.explain(VI)


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_archive_is_refused(content, tmp_path):
    with pytest.raises(ArchiveRefused, match="not_one"):
        unpack(io.BytesIO(content), tmp_path / "out")


def test_a_damaged_archive_is_refused(content, tmp_path):
    middle = len(content) // 2
    with pytest.raises(ArchiveRefused):
        unpack(io.BytesIO(content[:middle] + bytes(64) + content[middle + 64 :]), tmp_path / "out")


def test_a_folder_with_files_is_left_alone(content, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(ArchiveRefused, match="not_empty"):
        unpack(io.BytesIO(content), tmp_path)
    assert [one.name for one in tmp_path.iterdir()] == ["mine.txt"]


def test_a_figure_that_comes_out_otherwise_is_named(content, tmp_path):
    def change(files):
        manifest = json.loads(files[MANIFEST])
        manifest["figures"]["reached"] += 1
        files[MANIFEST] = json.dumps(manifest).encode()

    assert unpack(io.BytesIO(changed(content, change)), tmp_path / "out").differing == ("reached",)


def test_a_snapshot_of_the_store_is_the_same_archive_after_later_changes(store, clock):
    version, on = store.version, store.today

    def made():
        workspace = store.workspace(on, version=version)
        contents = companion_files(store.data) | store.contents(on, version=version)
        with store.reading() as connection:
            photos = photo_list(connection, version=version)
        return archive(workspace, contents, VI, on=on, units="2023", photos=photos)

    before = made()
    clock.pass_by(days=3)
    shown = operation(photos=(photo(store, "other"),))
    edit(store, "pano", "p1", {"condition": "major_damage", "checked_on": store.today.isoformat()}, shown)
    assert made() == before
    with store.reading() as connection:
        assert [one["hash"] for one in photo_list(connection)] == [one.hash for one in shown.photos]
