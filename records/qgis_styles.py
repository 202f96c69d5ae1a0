"""Writes the styles that QGIS opens the layers of a GeoPackage with, from the palette of the maps."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from xml.etree import ElementTree

from geo.palette import CLASS_SYMBOLS, LAYERS, STATUS_SYMBOLS, VENUE_SYMBOL, Symbol
from geo.text import Words

_MARKERS = {
    "circle": "circle",
    "half_circle": "semi_circle",
    "diamond": "diamond",
    "square": "square",
    "triangle": "triangle",
    "plus": "cross_fill",
    "dots": "hexagon",
    "lines": "square",
    "bang": "equilateral_triangle",
    "tick": "star",
    "bars": "half_square",
    "cross": "cross2",
    "speech": "pentagon",
}
"""Marker of QGIS by the shape of a symbol."""
_TABLE = """
CREATE TABLE layer_styles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
    f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
    useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30),
    update_time DATETIME DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))
)"""
_CONTENTS = (
    "INSERT INTO gpkg_contents (table_name, data_type, identifier) "
    "VALUES ('layer_styles', 'attributes', 'layer_styles')"
)
_STYLE = (
    "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column, styleName, "
    "styleQML, useAsDefault, description, owner) VALUES ('', '', ?, 'geom', ?, ?, 1, '', '')"
)


def write_styles(path: Path, words: Words, *, has_class: bool) -> None:
    """Add the table ``layer_styles`` to a GeoPackage, with one default style for each layer.

    Parameters
    ----------
    path : pathlib.Path
        The file; its layers are named like those of `records.exports.to_gpkg`.
    words : Words
        The language of the legends.
    has_class : bool
        True if villages have their class of reach.
    """
    classes = {name: (symbol, words(f"terms.class.{name}")) for name, symbol in CLASS_SYMBOLS.items()}
    statuses = {name: (symbol, words(f"terms.status.{name}")) for name, symbol in STATUS_SYMBOLS.items()}
    village = (CLASS_SYMBOLS["no_location"], words("imports.kind.villages"))
    styles = {
        "villages": _by_value("class", classes) if has_class else _single(*village),
        "panos": _by_value("status", statuses),
        "venues": _single(VENUE_SYMBOL, words("imports.kind.venues")),
        "communes_2023": _outline(),
        "communes_2025": _outline(),
    }
    with closing(sqlite3.connect(path)) as connection, connection:
        layers = {name for (name,) in connection.execute("SELECT table_name FROM gpkg_geometry_columns")}
        connection.execute(_TABLE)
        connection.execute(_CONTENTS)
        connection.executemany(_STYLE, [(name, name, styles[name]) for name in styles if name in layers])


def _by_value(column: str, symbols: Mapping[str, tuple[Symbol, str]]) -> str:
    """Return the style of points whose symbol a column tells."""
    root = ElementTree.Element("qgis", version="3.28", styleCategories="Symbology|Labeling")
    renderer = ElementTree.SubElement(root, "renderer-v2", type="categorizedSymbol", attr=column)
    categories = ElementTree.SubElement(renderer, "categories")
    drawn = ElementTree.SubElement(renderer, "symbols")
    for number, (value, (symbol, label)) in enumerate(symbols.items()):
        ElementTree.SubElement(
            categories, "category", value=value, symbol=str(number), label=label, render="true"
        )
        _marker(drawn, str(number), symbol)
    return _with_labels(root)


def _single(symbol: Symbol, label: str) -> str:
    """Return the style of points that all look the same."""
    root = ElementTree.Element("qgis", version="3.28", styleCategories="Symbology|Labeling")
    renderer = ElementTree.SubElement(root, "renderer-v2", type="singleSymbol")
    renderer.set("label", label)
    _marker(ElementTree.SubElement(renderer, "symbols"), "0", symbol)
    return _with_labels(root)


def _outline() -> str:
    """Return the style of communes: their colour on the map, and their edge."""
    root = ElementTree.Element("qgis", version="3.28", styleCategories="Symbology|Labeling")
    renderer = ElementTree.SubElement(root, "renderer-v2", type="singleSymbol")
    symbols = ElementTree.SubElement(renderer, "symbols")
    symbol = ElementTree.SubElement(symbols, "symbol", type="fill", name="0", alpha="1")
    layer = ElementTree.SubElement(symbol, "layer", {"class": "SimpleFill", "enabled": "1", "pass": "0"})
    edge, fill = _rgba(LAYERS["commune_edge"]), _rgba(LAYERS["commune"])
    _properties(layer, color=fill, style="solid", outline_color=edge, outline_width="0.3")
    return _with_labels(root)


def _marker(parent: ElementTree.Element, name: str, symbol: Symbol) -> None:
    marker = ElementTree.SubElement(parent, "symbol", type="marker", name=name, alpha="1")
    layer = ElementTree.SubElement(marker, "layer", {"class": "SimpleMarker", "enabled": "1", "pass": "0"})
    color = _rgba(symbol.color)
    _properties(
        layer,
        name=_MARKERS[symbol.shape],
        color=color if symbol.filled else _rgba(LAYERS["halo"]),
        outline_color=_rgba(LAYERS["halo"]) if symbol.filled else color,
        outline_width="0.4" if symbol.filled else "0.6",
        size="3.4",
    )


def _properties(layer: ElementTree.Element, **values: str) -> None:
    for name, value in values.items():
        ElementTree.SubElement(layer, "prop", k=name, v=value)


def _rgba(color: str) -> str:
    red, green, blue = (int(color[start : start + 2], 16) for start in (1, 3, 5))
    return f"{red},{green},{blue},255"


def _with_labels(root: ElementTree.Element) -> str:
    """Return the style with the name of each feature beside it."""
    labeling = ElementTree.SubElement(root, "labeling", type="simple")
    settings = ElementTree.SubElement(labeling, "settings")
    style = {"fieldName": "name", "fontSize": "9", "textColor": _rgba(LAYERS["commune_label"])}
    text = ElementTree.SubElement(settings, "text-style", style)
    halo = {"bufferDraw": "1", "bufferSize": "0.8", "bufferColor": _rgba(LAYERS["halo"])}
    ElementTree.SubElement(text, "text-buffer", halo)
    return ElementTree.tostring(root, encoding="unicode")
