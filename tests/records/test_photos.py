"""A photo is kept upright, small and without what the camera wrote; anything else is refused by content."""

import hashlib
import io
import os
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from geo.days import VIETNAM
from geo.text import LANGUAGES, Words, catalogue
from records import photos
from records.errors import PhotoRefused
from records.photos import LONGEST_SIDE_PX, MAX_BYTES, accept, keep, path_of

FORMATS = ("JPEG", "PNG", "HEIF")
TAKEN = "2025:03:05 10:11:12"


def exif(*, orientation=1, offset=None, lat=(12, 40, 34.5), north="N"):
    tags = Image.Exif()
    tags[ExifTags.Base.Orientation] = orientation
    tags[ExifTags.Base.Make] = "Camera of a person"
    details = tags.get_ifd(ExifTags.IFD.Exif)
    details[ExifTags.Base.DateTimeOriginal] = TAKEN
    if offset:
        details[ExifTags.Base.OffsetTimeOriginal] = offset
    gps = tags.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef], gps[ExifTags.GPS.GPSLatitude] = north, tuple(map(float, lat))
    gps[ExifTags.GPS.GPSLongitudeRef], gps[ExifTags.GPS.GPSLongitude] = "E", (109.0, 24.0, 3.0)
    gps[ExifTags.GPS.GPSHPositioningError] = 5.0
    return tags


def picture(size=(400, 300), *, kind="JPEG", mode="RGB", color="white", **options):
    image = Image.new(mode, size, color)
    # The left half is red, so that a turn shows.
    image.paste("red" if mode != "L" else 0, (0, 0, size[0] // 2, size[1]))
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def opened(photo):
    return Image.open(io.BytesIO(photo.content))


def code_of(content):
    with pytest.raises(PhotoRefused) as refused:
        accept(content)
    return refused.value.code


@pytest.mark.parametrize("kind", FORMATS)
def test_time_and_position_are_read_and_then_gone(kind):
    photo = accept(picture(kind=kind, exif=exif()))
    assert photo.taken_at == datetime(2025, 3, 5, 10, 11, 12, tzinfo=VIETNAM)
    assert (photo.position.lat, photo.position.lon) == pytest.approx(
        (12 + 40 / 60 + 34.5 / 3600, 109.4008333)
    )
    assert photo.position.accuracy_m == 5
    with opened(photo) as kept:
        assert kept.format == "JPEG"
        assert not kept.getexif()
        assert set(kept.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert b"Camera of a person" not in photo.content


def test_comments_and_hidden_texts_are_gone():
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "a person by name")
    assert b"a person" not in accept(picture(kind="PNG", pnginfo=info)).content
    assert b"a person" not in accept(picture(comment=b"a person by name")).content


@pytest.mark.parametrize(
    ("orientation", "red"),
    [(1, "left"), (3, "right"), (6, "top"), (8, "bottom")],
)
def test_photos_are_turned_upright(orientation, red):
    photo = accept(picture((400, 300), exif=exif(orientation=orientation)))
    with opened(photo) as kept:
        assert (
            kept.size
            == ((400, 300) if red in ("left", "right") else (300, 400))
            == (photo.width, photo.height)
        )
        width, height = kept.size
        places = {
            "left": (5, height // 2),
            "right": (width - 5, height // 2),
            "top": (width // 2, 5),
            "bottom": (width // 2, height - 5),
        }
        is_red = {name for name, place in places.items() if kept.getpixel(place)[1] < 128}
    assert (
        red in is_red
        and {"left": "right", "right": "left", "top": "bottom", "bottom": "top"}[red] not in is_red
    )


@given(st.integers(1, 5000), st.integers(1, 60))
def test_the_longest_side_is_limited_and_small_photos_stay_as_they_are(longest, shortest):
    photo = accept(picture((longest, shortest)))
    assert max(photo.width, photo.height) == min(max(longest, shortest), LONGEST_SIDE_PX)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "1", "I;16", "CMYK"])
def test_every_kind_of_pixel_is_taken(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    stream = io.BytesIO()
    Image.new(mode, (20, 10)).save(stream, kind)
    with opened(accept(stream.getvalue())) as kept:
        assert (kept.mode, kept.size) == ("RGB", (20, 10))


def test_what_is_transparent_becomes_white():
    with opened(accept(picture(kind="PNG", mode="RGBA", color=(0, 0, 0, 0)))) as kept:
        assert min(kept.getpixel((kept.width - 2, 5))) > 250


def test_a_colour_profile_is_used_and_a_broken_one_forgiven():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"no profile at all"):
        assert b"ICC_PROFILE" not in accept(picture(icc_profile=profile)).content


def test_a_time_zone_is_believed_and_a_clock_never_set_is_not():
    assert accept(picture(exif=exif(offset="+09:00"))).taken_at.utcoffset() == timedelta(hours=9)
    tags = exif()
    for written in ("1980:01:01 00:00:00", "0000:00:00 00:00:00", "yesterday"):
        tags.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = written
        assert accept(picture(exif=tags)).taken_at is None
    assert accept(picture()).taken_at is None


def test_a_position_that_is_none_is_left_out():
    assert accept(picture(exif=exif(lat=(91, 0, 0)))).position is None
    assert accept(picture()).position is None
    assert accept(picture(exif=exif(north="S"))).position.lat < 0


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_a_photo"),
        (b"<svg/>", "not_a_photo"),
        (b"%PDF-1.7", "pdf"),
        (b"GIF89a", "other_picture"),
        (bytes(4) + b"ftypmp42" + bytes(40), "video"),
        (bytes(4) + b"ftypheic" + bytes(40), "broken"),
        (b"\xff\xd8\xff" + b"x" * 100, "broken"),
        (bytes(MAX_BYTES + 1), "too_large"),
    ],
)
def test_other_files_are_refused_by_their_content(content, code):
    assert code_of(content) == code


@pytest.mark.parametrize("kind", FORMATS)
def test_half_a_photo_is_refused(kind):
    image = Image.effect_noise((300, 300), 80)
    stream = io.BytesIO()
    image.convert("RGB").save(stream, kind)
    assert code_of(stream.getvalue()[: len(stream.getvalue()) // 2]) == "broken"


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "MAX_PIXELS"), ("PNG", "MAX_PIXELS_WHOLE"), ("HEIF", "MAX_PIXELS_WHOLE")]
)
def test_a_picture_that_unpacks_to_too_many_pixels_is_refused(monkeypatch, kind, name):
    for limit in (1000, 100_000):
        monkeypatch.setattr(photos, name, limit)
        assert code_of(picture((400, 300), kind=kind)) == "too_many_pixels"
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", limit)
        assert code_of(picture((400, 300), kind=kind)) == "too_many_pixels"


@given(st.sampled_from([picture(kind=kind) for kind in FORMATS]), st.randoms(use_true_random=False))
def test_spoiled_photos_are_taken_or_refused(content, chance):
    spoiled = bytearray(content)
    for _ in range(6):
        spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
    try:
        photo = accept(bytes(spoiled))
    except PhotoRefused:
        return
    assert photo.hash == hashlib.sha256(photo.content).hexdigest()


def test_a_photo_is_kept_once_and_whole(tmp_path):
    photo = accept(picture())
    path = keep(photo, tmp_path)
    before = path.stat()
    assert path == keep(accept(picture()), tmp_path) == path_of(photo.hash, tmp_path)
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == (before.st_mtime_ns, before.st_ino)
    assert path.read_bytes() == photo.content
    assert path.relative_to(tmp_path).as_posix() == f"photos/{photo.hash[:2]}/{photo.hash}.jpg"
    assert os.listdir(path.parent) == [path.name]


def test_a_photo_that_can_not_be_written_leaves_nothing(tmp_path, monkeypatch):
    def fail(*_):
        raise OSError("no space")

    monkeypatch.setattr(os, "replace", fail)
    photo = accept(picture())
    with pytest.raises(OSError, match="no space"):
        keep(photo, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n"])
def test_no_path_leads_out_of_the_folder(name, tmp_path):
    with pytest.raises(PhotoRefused):
        path_of(name, tmp_path)


def test_the_record_gets_what_it_needs():
    photo = accept(picture(exif=exif()))
    evidence = photo.evidence("before")
    assert (evidence.kind, evidence.hash, evidence.bytes) == ("before", photo.hash, len(photo.content))
    assert (evidence.taken_at, evidence.position) == (photo.taken_at, photo.position)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_refusal_has_its_words(lang):
    for key in catalogue(lang):
        if key.startswith("photos.refused."):
            refused = PhotoRefused(key.rpartition(".")[2], megabytes="25", megapixels="120")
            assert refused.explain(Words(lang))
