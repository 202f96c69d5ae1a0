"""Reads GeoJSON, KML, KMZ, GeoPackage and zipped shapefiles as sheets: properties, and the point as a cell.

GeoJSON and KML are read without GDAL, whose drivers for them follow what a file names. For the other
two the process that this runs in has no driver but theirs (see `records.imports.process`), and files
are written under names of our own: no path of a person is ever opened.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import shapely

from records.imports.archives import open_archive, read_entry
from records.imports.encodings import UnknownEncoding, decode
from records.imports.sheets import MAX_ROWS, Sheet, Unreadable
from records.imports.sniff import text_of

GEOMETRY = "geometry"
"""Heading of the cell with a feature's point: latitude and longitude in degrees WGS 84.

Coordinates of a layer that does not name its system stand there as they are; what is no point by its kind.
"""
_WGS84 = "EPSG:4326"
_SEPARATOR = "\x1e"
_CRS84 = re.compile(r"(?:urn:ogc:def:crs:)?ogc:(?:1\.3)?:?crs84", re.IGNORECASE)
_EPSG = re.compile(r"(?:urn:ogc:def:crs:)?epsg:[0-9.]*:?([0-9]{4,6})", re.IGNORECASE)


def _layer(name: str, features: Iterable[tuple[dict[str, object], str]], said: dict[str, str]) -> Sheet:
    """Return the sheet of the properties and points of features."""
    features = list(features)
    if len(features) > MAX_ROWS:
        raise Unreadable("too_many_cells", rows=str(MAX_ROWS), columns="")
    headings = list(dict.fromkeys(key for properties, _ in features for key in properties))
    rows: list[tuple[int, list[object]]] = [(0, [*headings, GEOMETRY])]
    for number, (properties, point) in enumerate(features, start=1):
        rows.append((number, [*map(properties.get, headings), point]))
    return Sheet.of(name, rows, said)


class _ToDegrees:
    """Writes a geometry as the cell of its point, in WGS 84 where the system of the layer is known."""

    def __init__(self, crs: str | None) -> None:
        self._transform = None
        if crs is not None:
            # Only layers in a system of their own wait for PROJ to load.
            import pyproj

            known = pyproj.CRS.from_user_input(crs)
            if known.is_geographic or known.is_projected:
                self._transform = pyproj.Transformer.from_crs(known, _WGS84, always_xy=True).transform

    def __call__(self, shape: shapely.Geometry | None) -> str:
        if shape is None or shape.is_empty:
            return ""
        if shape.geom_type == "MultiPoint" and len(shape.geoms) == 1:
            shape = shape.geoms[0]
        if shape.geom_type != "Point":
            return shape.geom_type
        x, y = shape.x, shape.y
        if self._transform is not None:
            x, y = self._transform(x, y)
        return f"{round(y, 8)}, {round(x, 8)}"


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


def read_geojson(content: bytes) -> list[Sheet]:
    """Read a GeoJSON layer with json and shapely alone.

    Raises
    ------
    Unreadable
        If it is no layer, or in a system of coordinates that is not known.
    """
    text, encoding = text_of(content)
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Unreadable("broken_layer") from None
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list):
        raise Unreadable("broken_layer")
    to_degrees = _ToDegrees(_declared_crs(document.get("crs")))
    said = {} if encoding == "utf-8" else {"encoding": encoding}
    name = document.get("name")
    rows = (_feature(feature, to_degrees) for feature in features)
    return [_layer(name if isinstance(name, str) else "", rows, said)]


def _declared_crs(crs: object) -> str | None:
    """Return the system that an old GeoJSON names, None where it is longitude and latitude."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        raise Unreadable("unknown_crs", crs="?")
    if _CRS84.fullmatch(name):
        return None
    code = _EPSG.fullmatch(name)
    if not code:
        raise Unreadable("unknown_crs", crs=name[:80])
    return _known_crs(f"EPSG:{code.group(1)}")


def _known_crs(crs: str) -> str:
    import pyproj

    try:
        pyproj.CRS.from_user_input(crs)
    except pyproj.exceptions.CRSError:
        raise Unreadable("unknown_crs", crs=crs[:80]) from None
    return crs


def _feature(feature: object, to_degrees: _ToDegrees) -> tuple[dict[str, object], str]:
    if not isinstance(feature, dict):
        raise Unreadable("broken_layer")
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict):
        raise Unreadable("broken_layer")
    cells = {key: _plain(value) for key, value in properties.items() if key != GEOMETRY}
    geometry = feature.get("geometry")
    if geometry is None:
        return cells, ""
    try:
        return cells, to_degrees(shapely.geometry.shape(geometry))
    except Exception:
        # What shapely raises for lists, texts and nulls in place of coordinates is of many kinds.
        raise Unreadable("broken_layer") from None


def _plain(value: object) -> object:
    """Return a property as a cell: a list of values is separated by semicolons."""
    if isinstance(value, list) and not any(isinstance(one, (list, dict)) for one in value):
        return ";".join("" if one is None else str(one) for one in value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (list, dict)) else value


def read_kml(content: bytes) -> list[Sheet]:
    """Read the placemarks of a KML, a sheet for each document or folder that holds some.

    Raises
    ------
    Unreadable
        If it is not XML, or declares a document type, which no KML does.
    """
    text, _ = text_of(content)
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise Unreadable("broken_layer")
    # The text is Unicode by now, whatever its first line says.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        raise Unreadable("broken_layer") from None
    for one in root.iter():
        one.tag = one.tag.rpartition("}")[2] if isinstance(one.tag, str) else ""
    if root.tag.casefold() != "kml":
        raise Unreadable("broken_layer")
    to_degrees = _ToDegrees(None)
    sheets = []
    for container in root.iter():
        if placemarks := container.findall("Placemark"):
            features = [_placemark(one, to_degrees) for one in placemarks]
            sheets.append(_layer(container.findtext("name") or "", features, {}))
    return sheets


def _placemark(placemark: ElementTree.Element, to_degrees: _ToDegrees) -> tuple[dict[str, object], str]:
    properties: dict[str, object] = {}
    for data in placemark.iter("Data"):
        properties[data.get("name", "")] = data.findtext("value")
    for data in placemark.iter("SimpleData"):
        properties[data.get("name", "")] = data.text
    for tag in ("name", "description"):
        if (said := placemark.findtext(tag)) and not properties.get(tag):
            properties[tag] = said
    points = list(placemark.iter("Point"))
    if len(points) != 1:
        others = [tag for tag in ("LineString", "Polygon") if placemark.find(f".//{tag}") is not None]
        return properties, "MultiPoint" if points else "".join(others[:1])
    try:
        lon, lat = map(float, (points[0].findtext("coordinates") or "").split(",")[:2])
    except ValueError:
        raise Unreadable("broken_layer") from None
    return properties, to_degrees(shapely.Point(lon, lat))


def read_kmz(content: bytes) -> list[Sheet]:
    """Read the first KML inside a KMZ, see `read_kml`."""
    archive = open_archive(content)
    name = next(name for name in archive.namelist() if name.casefold().endswith(".kml"))
    return read_kml(read_entry(archive, name))


def read_gpkg(content: bytes) -> list[Sheet]:
    """Read the layers of a GeoPackage, a sheet each.

    Raises
    ------
    Unreadable
        If it can't be read as one.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layers.gpkg"
        path.write_bytes(content)
        return list(_read_layers(path))


def read_shapefile(content: bytes) -> list[Sheet]:
    """Read the shapefiles of a zip, a sheet each; the code of their texts is told by the texts.

    Raises
    ------
    Unreadable
        If one can't be read.
    """
    archive = open_archive(content)
    parts: dict[PurePosixPath, dict[str, str]] = {}
    for name in archive.namelist():
        path = PurePosixPath(name)
        parts.setdefault(path.with_suffix(""), {})[path.suffix.casefold()] = name
    sheets: list[Sheet] = []
    with tempfile.TemporaryDirectory() as folder:
        for number, (stem, files) in enumerate(parts.items()):
            if ".shp" not in files:
                continue
            for suffix in {".shp", ".shx", ".dbf", ".prj"} & files.keys():
                (Path(folder) / f"layer{number}{suffix}").write_bytes(read_entry(archive, files[suffix]))
            sheets += _read_layers(Path(folder) / f"layer{number}.shp", name=stem.name)
    return sheets


def _read_layers(path: Path, *, name: str = "") -> Iterator[Sheet]:
    """Yield the layers of a file of our own; one whose texts are in an unknown code is given its name."""
    # Each import takes a second, and few files need them.
    import pyogrio
    from pyogrio import raw

    options = {"encoding": "ISO-8859-1"} if name else {}
    try:
        for layer, _ in pyogrio.list_layers(path):
            about, _, shapes, columns = raw.read(
                path, layer=layer, max_features=MAX_ROWS + 1, datetime_as_string=True, **options
            )
            cells = [
                [str(field), *column.tolist()] for field, column in zip(about["fields"], columns, strict=True)
            ]
            cells, said = _decoded(cells) if name else (cells, {})
            count = len(columns[0]) if len(columns) else 0 if shapes is None else len(shapes)
            to_degrees = _ToDegrees(about["crs"])
            points = [""] * count if shapes is None else map(to_degrees, shapely.from_wkb(shapes))
            features = ({column[0]: column[row] for column in cells} for row in range(1, count + 1))
            yield _layer(name or layer, zip(features, points, strict=True), said)
    except Unreadable:
        raise
    except Exception:
        # GDAL, PROJ and GEOS each have errors of their own for what is no layer.
        raise Unreadable("broken_layer") from None


def _decoded(columns: list[list[object]]) -> tuple[list[list[object]], dict[str, str]]:
    """Return columns whose texts were read byte by byte in the code that all of them are written in."""
    texts = [cell for column in columns for cell in column if isinstance(cell, str)]
    try:
        whole, encoding = decode(_SEPARATOR.join(texts).encode("latin-1"))
    except (UnknownEncoding, UnicodeEncodeError):
        raise Unreadable("not_text") from None
    decoded = iter(whole.split(_SEPARATOR))
    columns = [[next(decoded) if isinstance(cell, str) else cell for cell in column] for column in columns]
    return columns, {} if encoding == "utf-8" else {"encoding": encoding}
