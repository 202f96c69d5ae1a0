"""The web map: a folium map of our own layers, for the screen (updated in place) and as one file.

Leaflet and the scripts of ``static/map`` draw; no script comes from elsewhere. Texts reach the page
only as JSON and are set as text nodes, so a name that looks like HTML or JavaScript stays a name.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import folium
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template

from geo.scene import to_json
from geo.text import Words

STATIC = Path(__file__).resolve().parent.parent / "static"
SCRIPTS = (
    "vendor/leaflet/leaflet.js",
    "map/symbols.js",
    "map/labels.js",
    "map/legend.js",
    "map/picking.js",
    "map/sketch.js",
    "map/map.js",
)
STYLES = ("vendor/leaflet/leaflet.css", "map/map.css")
MAX_ZOOM = 18

TILE_LAYERS: dict[str, dict[str, Any]] = {
    "osm": {
        "url": "https://tile.openstreetmap.org/{z}/{x}/{y}.png",
        "attribution": "© OpenStreetMap contributors (ODbL)",
        "max_zoom": 19,
    },
    "imagery": {
        "url": "https://tiles.maps.eox.at/wmts/1.0.0/s2cloudless_3857/default/g/{z}/{y}/{x}.jpg",
        "attribution": "Sentinel-2 cloudless 2016 by EOX (CC BY 4.0), contains Copernicus Sentinel data",
        "max_zoom": 14,
    },
}
"""Base layers that need the internet; asked for only when a person chooses one. No key, free licences."""


class OutreachMap(folium.Map):
    """A folium map that names no script of another host.

    Parameters
    ----------
    assets : str
        Address of the folder ``static/``, absolute or relative to the page that shows the map;
        empty where the page holds the scripts itself.
    **options
        Handed to `folium.Map`.
    """

    _template = Template("""
        {% macro header(this, kwargs) %}
            <style>#{{ this.get_name() }} { position: relative; width: 100%; height: 100%; }</style>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {
                center: {{ this.location|tojson }},
                ...{{ this.options|tojavascript }}
            });
        {% endmacro %}
        """)

    def __init__(self, *, assets: str, **options: Any) -> None:
        self.default_js = [(path, f"{assets}/{path}") for path in SCRIPTS] if assets else []
        self.default_css = [(path, f"{assets}/{path}") for path in STYLES] if assets else []
        super().__init__(tiles=None, prefer_canvas=True, zoom_control=False, **options)


class OutreachLayers(JSCSSMixin, MacroElement):
    """Everything that the map shows, drawn by ``static/map`` from a scene.

    Parameters
    ----------
    options : mapping
        For a page of its own ``scene``, ``view`` and ``standalone``; nothing for a screen.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            outreach.attach({{ this._parent.get_name() }}, {{ this.options_json }});
        {% endmacro %}
        """)

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "OutreachLayers"
        self.options_json = to_json({**options, "tile_layers": TILE_LAYERS})


class ViewUpdate(folium.FeatureGroup):
    """A changed view, carried to a map that is already there.

    streamlit-folium runs the script of a feature group without mounting the map again; this one
    adds no layer, it hands over the view.
    """

    _template = Template("""
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.featureGroup();
            outreach.update({{ this.view_json }});
        {% endmacro %}
        """)

    def __init__(self, view: Mapping[str, Any]) -> None:
        super().__init__()
        self.view_json = to_json(view)


def screen_map(*, assets: str) -> OutreachMap:
    """Return the map for a screen: its script is always the same, so that it is mounted once.

    What it shows comes with a `ViewUpdate`: a view (see `geo.scene.view`) with three texts besides,
    ``scene_url`` and ``tiles_url`` (with ``{name}``, ``{z}``, ``{x}`` and ``{y}``), from which the
    browser fetches the scene of the view's version and the tiles of the folder's own archives, and
    ``unreachable``, what to say where the scene can't be fetched.

    Parameters
    ----------
    assets : str
        Address of ``static/``.
    """
    screen = OutreachMap(assets=assets, location=(0, 0), zoom_start=2, maxZoom=MAX_ZOOM, zoomSnap=0.25)
    screen.add_child(OutreachLayers({}))
    return screen


def standalone_html(scene: Mapping[str, Any], view: Mapping[str, Any], *, title: str) -> str:
    """Return the map as one HTML page that opens from disk without a network.

    Parameters
    ----------
    scene, view : mapping
        See `geo.scene.scene` and `geo.scene.view`.
    title : str
        Title of the page.
    """
    page = OutreachMap(assets="", location=(0, 0), zoom_start=2, maxZoom=MAX_ZOOM, zoomSnap=0.25)
    page.add_child(OutreachLayers({"scene": scene, "view": view, "standalone": True}))
    figure = page.get_root()
    figure.title = html.escape(title)
    figure.header.add_child(_Verbatim('<meta name="viewport" content="width=device-width, initial-scale=1">'))
    for path in STYLES:
        figure.header.add_child(_Verbatim(f"<style>{_inline_style(STATIC / path)}</style>"))
    for path in SCRIPTS:
        figure.header.add_child(_Verbatim(f"<script>{_inline_script(STATIC / path)}</script>"))
    content = figure.render().replace("<html>", f'<html lang="{Words(view["lang"]).lang}">', 1)
    # folium draws lots for the map's name; equal maps are equal to the byte.
    return content.replace(page.get_name(), "outreach_map")


class _Verbatim(MacroElement):
    """A piece of the page's head, written as it is."""

    _template = Template("{{ this.text }}")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> str:
        return self.text


def _inline_script(path: Path) -> str:
    return path.read_text("utf-8").replace("</script", "<\\/script")


def _inline_style(path: Path) -> str:
    """Return a style sheet with its pictures inside it."""

    def embedded(match: re.Match[str]) -> str:
        picture = path.parent / match[1]
        if picture.suffix != ".png" or not picture.exists():
            return "none"
        return f"url(data:image/png;base64,{base64.b64encode(picture.read_bytes()).decode()})"

    return re.sub(r"url\([\"']?(?!data:)([^)\"']+)[\"']?\)", embedded, path.read_text("utf-8"))
