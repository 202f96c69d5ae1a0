"""Takes in photos: by content, upright, no larger than needed, and without what a camera writes into them."""

from __future__ import annotations

import hashlib
import io
import math
import os
import re
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pillow_heif
from PIL import ExifTags, Image, ImageCms, ImageOps

from geo.days import VIETNAM
from records.errors import PhotoRefused
from records.journal import Evidence, Position

MAX_BYTES = 25 * 1024 * 1024
"""Largest file that is taken in."""
MAX_PIXELS = 120_000_000
"""Largest JPEG, which is decoded at a fraction of its size; phones make up to 108 million pixels."""
MAX_PIXELS_WHOLE = 50_000_000
"""Largest picture of a kind that is decoded whole, at four bytes a pixel; phones make up to 48 million."""
LONGEST_SIDE_PX = 2048
"""Longest side of what is kept."""
SMALL_SIDE_PX = 640
"""Longest side of what a page shows before a photo is opened: twice its width there, for sharp screens."""
MEDIA_TYPE = "image/jpeg"

_QUALITY = 85
_FIRST_YEAR = 1990
"""Cameras whose clock was never set date their photos from the seventies or eighties."""
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"))
_HASH = re.compile(r"[0-9a-f]{64}")
_FOREIGN = {b"%PDF": "pdf", b"GIF8": "other_picture", b"RIFF": "other_picture", b"BM": "other_picture"}

_decoding = threading.Lock()
"""One picture at a time: several large ones at once would take the memory of a small server."""

Image.MAX_IMAGE_PIXELS = MAX_PIXELS
pillow_heif.register_heif_opener(thumbnails=False)


@dataclass(frozen=True)
class Photo:
    """A photo as it is kept.

    Attributes
    ----------
    content : bytes
        The JPEG, without metadata.
    hash : str
        SHA-256 of `content`, in hexadecimal.
    width, height : int
        Pixels.
    taken_at : datetime or None
        When it was taken, as the camera wrote it; aware.
    position : Position or None
        Where it was taken, as the camera wrote it. Many phones leave it out when they hand a photo over.
    """

    content: bytes
    hash: str
    width: int
    height: int
    taken_at: datetime | None = None
    position: Position | None = None

    def evidence(self, kind: str) -> Evidence:
        """Return what is recorded of the photo with the change that it shows.

        Parameters
        ----------
        kind : {"before", "after", "finished", "other"}
            What it shows.
        """
        return Evidence(
            kind=kind,
            hash=self.hash,
            width=self.width,
            height=self.height,
            bytes=len(self.content),
            media_type=MEDIA_TYPE,
            taken_at=self.taken_at,
            position=self.position,
        )


def accept(content: bytes) -> Photo:
    """Return a photo as it will be kept; the same file gives the same photo.

    Parameters
    ----------
    content : bytes
        JPEG, PNG or HEIC, whatever its name.

    Returns
    -------
    Photo
        Upright JPEG in sRGB, its longest side at most `LONGEST_SIDE_PX`, with no metadata.

    Raises
    ------
    PhotoRefused
        If it is another kind of file, broken, or larger than is taken in.
    """
    if len(content) > MAX_BYTES:
        raise PhotoRefused("too_large", megabytes=str(MAX_BYTES // 1024**2))
    kind = _kind_of(content)
    limit = MAX_PIXELS if kind == "JPEG" else MAX_PIXELS_WHOLE
    try:
        with _decoding, Image.open(io.BytesIO(content), formats=[kind]) as image:
            if image.width * image.height > limit:
                raise PhotoRefused("too_many_pixels", megapixels=str(limit // 1_000_000))
            exif = image.getexif()
            taken_at, position = _taken_at(exif), _position(exif)
            kept = _kept(image)
    except (PhotoRefused, MemoryError):
        # A server short of memory says nothing of the photo.
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused("too_many_pixels", megapixels=str(limit // 1_000_000)) from None
    except Exception:
        # Each decoder has errors of its own for bytes that are no picture.
        raise PhotoRefused("broken") from None
    jpeg = _jpeg(kept)
    return Photo(jpeg, hashlib.sha256(jpeg).hexdigest(), kept.width, kept.height, taken_at, position)


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=_QUALITY, optimize=True)
    return stream.getvalue()


def _kind_of(content: bytes) -> str:
    """Return Pillow's name of the kind of picture."""
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC_BRANDS:
        return "HEIF"
    if content[4:8] == b"ftyp":
        raise PhotoRefused("video")
    raise PhotoRefused(
        next((name for start, name in _FOREIGN.items() if content.startswith(start)), "not_a_photo")
    )


def _kept(image: Image.Image) -> Image.Image:
    """Return the picture upright, small, opaque and in sRGB, and nothing else of it."""
    profile = image.info.get("icc_profile")
    # A JPEG can be decoded at a half, a quarter or an eighth: a fraction of the memory.
    image.draft("RGB", (LONGEST_SIDE_PX, LONGEST_SIDE_PX))
    image.thumbnail((LONGEST_SIDE_PX, LONGEST_SIDE_PX), Image.Resampling.LANCZOS)
    upright = ImageOps.exif_transpose(image)
    if upright.has_transparency_data:
        upright = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright)
    plain = _in_srgb(upright, profile).convert("RGB")
    # A new picture: what hung on the old one, comments and thumbnails too, stays behind.
    kept = Image.new("RGB", plain.size)
    kept.paste(plain)
    return kept


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or image.mode not in ("RGB", "CMYK", "L"):
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        # A profile that is no profile: the colours are a little off, the photo is as good.
        return image


def _taken_at(exif: Image.Exif) -> datetime | None:
    details = exif.get_ifd(ExifTags.IFD.Exif)
    written = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
    offset = details.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        taken = datetime.strptime(str(written).strip("\0 "), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
    if taken.year < _FIRST_YEAR:
        return None
    try:
        zone = datetime.strptime(str(offset).strip("\0 "), "%z").tzinfo
    except ValueError:
        # The camera names none.
        zone = VIETNAM
    return taken.replace(tzinfo=zone)


def _position(exif: Image.Exif) -> Position | None:
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    lat = _degrees(gps, ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S", 90)
    lon = _degrees(gps, ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W", 180)
    # Zero and zero is what a phone writes that has not found itself yet.
    if lat is None or lon is None or lat == lon == 0:
        return None
    accuracy = _number(gps.get(ExifTags.GPS.GPSHPositioningError))
    return Position(lat, lon, accuracy if accuracy is not None and 0 < accuracy < math.inf else None)


def _degrees(gps: Mapping[int, object], tag: int, ref: int, negative: str, limit: int) -> float | None:
    parts = gps.get(tag)
    if not isinstance(parts, tuple) or len(parts) != 3:
        return None
    numbers = [_number(part) for part in parts]
    if None in numbers:
        return None
    degrees, minutes, seconds = numbers
    value = degrees + minutes / 60 + seconds / 3600
    if not 0 <= value <= limit:
        return None
    return round(-value if str(gps.get(ref, "")).startswith(negative) else value, 7)


def _number(value: object) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


def path_of(photo_hash: str, var: Path) -> Path:
    """Return where a photo is kept.

    Parameters
    ----------
    photo_hash : str
        SHA-256 in hexadecimal, maybe from an address that a person typed.
    var : pathlib.Path
        Folder of the installation.

    Raises
    ------
    PhotoRefused
        If it is no such hash; so no path leads out of the folder.
    """
    if not _HASH.fullmatch(photo_hash):
        raise PhotoRefused("no_such_photo")
    return var / "photos" / photo_hash[:2] / f"{photo_hash}.jpg"


def keep(photo: Photo, var: Path) -> Path:
    """Write a photo, all of it or nothing; one that is there already is left as it is.

    Parameters
    ----------
    photo : Photo
        From `accept`.
    var : pathlib.Path
        Folder of the installation.

    Returns
    -------
    pathlib.Path
        The file.
    """
    path = path_of(photo.hash, var)
    if not path.exists():
        _write(path, photo.content)
    return path


def small(photo_hash: str, var: Path) -> Path:
    """Return where a small rendition of a kept photo is, made when it is asked for first.

    It can be deleted at any time, and is in no backup.

    Parameters
    ----------
    photo_hash : str
        SHA-256 in hexadecimal of the photo, maybe from an address that a person typed.
    var : pathlib.Path
        Folder of the installation.

    Returns
    -------
    pathlib.Path
        A JPEG, its longest side at most `SMALL_SIDE_PX`.

    Raises
    ------
    PhotoRefused
        If it is no such hash.
    FileNotFoundError
        If no such photo is kept.
    """
    kept = path_of(photo_hash, var)
    path = var / "photos-small" / kept.parent.name / kept.name
    if not path.exists():
        with Image.open(kept, formats=["JPEG"]) as image:
            image.draft("RGB", (SMALL_SIDE_PX, SMALL_SIDE_PX))
            image.thumbnail((SMALL_SIDE_PX, SMALL_SIDE_PX), Image.Resampling.LANCZOS)
            _write(path, _jpeg(image))
    return path


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _settle(folder)


def _settle(folder: Path) -> None:
    """Bring the names in a folder to disk: a phone lets go of its photo once it is told that we have it."""
    if os.name != "posix":
        # Windows opens no folders; NTFS keeps names in a journal of its own.
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
