"""Hands the tables of a workspace on: CSV and XLSX for offices, GeoJSON, GeoPackage and KML for maps."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
from openpyxl import Workbook
from openpyxl.styles import Font
from shapely.geometry import mapping

from geo.cells import write_cell
from geo.coverage_result import Coverage
from geo.layers import WGS84
from geo.palette import CLASS_SYMBOLS, STATUS_SYMBOLS, VENUE_SYMBOL
from geo.schema import Table
from geo.schema import table as table_of
from geo.spreadsheet import harmless, sheet_name
from geo.text import Words
from geo.workspace import Workspace
from records.imports.headings import heading_of
from records.imports.places import Places
from records.imports.values import word_of
from records.imports.workbooks import DAY_FORMAT, add_row
from records.qgis_styles import write_styles
from records.status import pano_statuses

KINDS = ("villages", "panos", "works", "venues", "activities")
"""Tables that are exported, by the names of `geo.schema.TABLES`."""
_KML = "http://www.opengis.net/kml/2.2"
_WIDEST = 60


def without_names(workspace: Workspace) -> Workspace:
    """Return the tables without the names of people, for whoever may not take those along."""
    return replace(workspace, works=workspace.works.assign(assignee=""))


def to_csv(workspace: Workspace, kind: str, words: Words) -> bytes:
    """Return a table as comma-separated UTF-8 with a byte-order mark, under the headings of a language.

    Ids and codes stand as they are, so that the file can be taken in again; states and the like are
    words. No cell is one that a spreadsheet would run.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    kind : str
        One of `KINDS`.
    words : Words
        The language of headings and words.
    """
    table = _for_office(workspace, kind, words)
    return table.map(harmless).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def to_xlsx(workspace: Workspace, words: Words, *, kinds: Sequence[str] = KINDS) -> bytes:
    """Return tables as a workbook, a sheet each, as people read them: names, dates, numbers.

    A place stands by its name, or by its code where another has the same name, so that the file can be
    taken in again, as the template that `records.imports.workbooks.template` fills in.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    words : Words
        The language of headings and words.
    kinds : sequence of str
        The tables wanted, of `KINDS`.
    """
    known = Places(workspace)
    book = Workbook()
    book.remove(book.active)
    for kind in kinds:
        sheet = book.create_sheet(sheet_name(words(f"imports.kind.{kind}")))
        table = table_of(kind)
        sheet.append([heading_of(name, table, words.lang) for name in table.names])
        for row in getattr(workspace, kind).reset_index().to_dict("records"):
            add_row(sheet, row, table, known, words)
        for column in sheet.columns:
            column[0].font = Font(bold=True)
            longest = max(len(DAY_FORMAT if cell.is_date else str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, _WIDEST)
        sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _for_office(workspace: Workspace, kind: str, words: Words) -> pd.DataFrame:
    """Return a table as texts under the headings of a language, with words for the values of choices."""
    table = table_of(kind)
    texts = _texts(workspace, table)
    for column in table.columns:
        if column.kind == "choice":
            shown = {"": ""} | {value: word_of(value, column, table, words) for value in column.choices}
            texts[column.name] = texts[column.name].map(shown)
    return texts.rename(columns={name: heading_of(name, table, words.lang) for name in table.names})


def _texts(workspace: Workspace, table: Table) -> pd.DataFrame:
    rows = getattr(workspace, table.name).reset_index()
    return pd.DataFrame(
        {name: [write_cell(value) for value in rows[name]] for name in table.names}, dtype=object
    )


def layer_of(workspace: Workspace, kind: str, reach: Coverage | None) -> gpd.GeoDataFrame:
    """Return a table with points: columns of the contract, derived status of panos, class of villages."""
    table = table_of(kind)
    rows = getattr(workspace, kind)
    columns = _texts(workspace, table)
    for column in table.columns:
        if column.kind in ("number", "length", "integer"):
            columns[column.name] = pd.to_numeric(columns[column.name].replace("", None)).astype("float64")
        elif column.kind in ("latitude", "longitude"):
            columns = columns.drop(columns=column.name)
    if kind == "panos":
        columns["status"] = pano_statuses(workspace).to_numpy()
    if kind == "villages" and reach is not None:
        of = reach.villages.loc[rows.index]
        columns["class"] = of["class"].astype("object").to_numpy()
        columns["nearest_pano_m"] = of["nearest_pano_m"].astype("float64").to_numpy()
    points = gpd.points_from_xy(rows["lon"], rows["lat"], crs=WGS84) if "lat" in rows else [None] * len(rows)
    layer = gpd.GeoDataFrame(columns, geometry=points, crs=WGS84)
    if "lat" in rows:
        layer.loc[rows["lat"].isna().to_numpy(), "geometry"] = None
    return layer


def to_geojson(workspace: Workspace, kind: str, *, reach: Coverage | None = None) -> bytes:
    """Return a table as GeoJSON, EPSG:4326; a row without a point has no geometry.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    kind : str
        One of `KINDS`.
    reach : Coverage, optional
        Gives each village its class.
    """
    found = features(layer_of(workspace, kind, reach))
    document = {"type": "FeatureCollection", "name": kind, "features": found}
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode()


def features(layer: gpd.GeoDataFrame) -> list[dict[str, object]]:
    """Return the rows of a layer as GeoJSON features, an unknown value or place as null."""
    properties = layer.drop(columns="geometry").astype(object)
    properties = properties.where(properties.notna(), None).to_dict("records")
    return [
        {"type": "Feature", "geometry": None if place is None else mapping(place), "properties": row}
        for place, row in zip(layer.geometry, properties, strict=True)
    ]


def to_gpkg(workspace: Workspace, words: Words, *, reach: Coverage | None = None) -> bytes:
    """Return all tables as one GeoPackage, EPSG:4326, with the styles that QGIS opens its layers with.

    Layers are named like the files of the data folder; ``works`` and ``activities`` have no geometry.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    words : Words
        The language of the legends.
    reach : Coverage, optional
        Gives each village its class, and villages the colours of the map.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "outreach.gpkg"
        for units, communes in workspace.communes.items():
            if len(communes):
                plain_communes(communes).to_file(path, layer=f"communes_{units}", driver="GPKG")
        for kind in KINDS:
            layer = layer_of(workspace, kind, reach)
            if "lat" in table_of(kind).names:
                layer.to_file(path, layer=kind, driver="GPKG", geometry_type="Point")
            else:
                gpd.io.file.pyogrio.write_dataframe(
                    pd.DataFrame(layer.drop(columns="geometry")), path, layer=kind, driver="GPKG"
                )
        write_styles(path, words, has_class=reach is not None)
        return path.read_bytes()


def plain_communes(communes: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return communes with dates as text and counts as numbers, as any program reads them."""
    plain = communes.reset_index()
    for name in ("valid_from", "valid_to"):
        plain[name] = plain[name].map(write_cell)
    counts = plain.select_dtypes("Int64").columns
    return plain.astype(dict.fromkeys(counts, "float64"))


def to_kml(workspace: Workspace, words: Words, *, reach: Coverage | None = None) -> bytes:
    """Return villages, panos and venues as KML, a folder each, in the colours of the map.

    Parameters
    ----------
    workspace : Workspace
        The tables.
    words : Words
        The language of folder names.
    reach : Coverage, optional
        Gives each village its class and colour.
    """
    ElementTree.register_namespace("", _KML)
    root = ElementTree.Element(f"{{{_KML}}}kml")
    document = _child(root, "Document")
    colors = {f"class-{name}": symbol.color for name, symbol in CLASS_SYMBOLS.items()}
    colors |= {f"status-{name}": symbol.color for name, symbol in STATUS_SYMBOLS.items()}
    colors["venue"] = VENUE_SYMBOL.color
    for name, color in colors.items():
        icon = _child(_child(document, "Style", id=name), "IconStyle")
        # KML writes colours as alpha, blue, green, red.
        _child(icon, "color", "ff" + color[5:7] + color[3:5] + color[1:3])
    for kind in ("villages", "panos", "venues"):
        folder = _child(document, "Folder")
        _child(folder, "name", words(f"imports.kind.{kind}"))
        for row in layer_of(workspace, kind, reach).to_dict("records"):
            _placemark(folder, row, _style(kind, row))
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _style(kind: str, row: dict[str, object]) -> str:
    if kind == "panos":
        return f"status-{row['status']}"
    if kind == "villages":
        return f"class-{row['class']}" if "class" in row else ""
    return "venue"


def _placemark(folder: ElementTree.Element, row: dict[str, object], style: str) -> None:
    point = row.pop("geometry")
    placemark = _child(folder, "Placemark")
    _child(placemark, "name", str(row["name"]))
    if style:
        _child(placemark, "styleUrl", f"#{style}")
    data = _child(placemark, "ExtendedData")
    for name, value in row.items():
        if text := write_cell(value):
            _child(_child(data, "Data", name=name), "value", text)
    if point is not None:
        _child(_child(placemark, "Point"), "coordinates", f"{point.x},{point.y}")


def _child(parent: ElementTree.Element, tag: str, text: str = "", **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{_KML}}}{tag}", attributes)
    child.text = text or None
    return child
