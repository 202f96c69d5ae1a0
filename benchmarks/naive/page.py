"""The usual map: a fresh folium map at each rerun, one marker object a point, shown by `st_folium`.

Everything but the map is as good as in the real app, and cached: the reader, the reach, the statuses. The
map asks for no tiles and returns nothing to the page, which spares it reruns that usual ones have.
"""

import os
from datetime import date

import folium
import geopandas as gpd
import streamlit as st
from streamlit_folium import st_folium

from benchmarks.naive.files import FILES
from geo.coverage import Coverage, coverage, pano_radius
from geo.folder import read_workspace
from geo.terms import CLASSES
from geo.workspace import Workspace
from records.status import pano_statuses

CLASS_COLORS = dict(zip(CLASSES, ("green", "blue", "orange", "gray", "red"), strict=True))


@st.cache_resource
def load() -> tuple[Workspace, Coverage, dict[str, str]]:
    """Return the workspace, its reach and the status of every pano."""
    workspace = read_workspace(os.environ["OUTREACH_DATA"])
    statuses = pano_statuses(workspace, on=date.today())
    return workspace, coverage(workspace), statuses.to_dict()


def use_local_files() -> None:
    """Let folium name its files on this server, so that no network slows it."""
    folium.Map.default_js = [(name, f"../../folium/{file}") for name, file in FILES if file.endswith(".js")]
    folium.Map.default_css = [(name, f"../../folium/{file}") for name, file in FILES if file.endswith(".css")]


def draw(workspace: Workspace, reach: Coverage, statuses: dict[str, str], classes: list[str]) -> folium.Map:
    """Return the map with the villages of some classes, or of all if none is chosen."""
    communes: gpd.GeoDataFrame = workspace.units("2023")
    west, south, east, north = communes.total_bounds
    fmap = folium.Map(location=[(south + north) / 2, (west + east) / 2], tiles=None)
    fmap.fit_bounds([[south, west], [north, east]])
    for commune in communes.itertuples():
        folium.GeoJson(commune.geometry, tooltip=commune.name).add_to(fmap)
    for village in reach.villages.dropna(subset=["lat", "lon"]).itertuples():
        class_ = reach.villages.at[village.Index, "class"]
        if classes and class_ not in classes:
            continue
        folium.Marker(
            [village.lat, village.lon],
            tooltip=village.name,
            popup=f"{village.name}: {class_}",
            icon=folium.Icon(color=CLASS_COLORS[class_]),
        ).add_to(fmap)
    radius = pano_radius(workspace)
    for pano in workspace.panos.dropna(subset=["lat", "lon"]).itertuples():
        folium.Circle([pano.lat, pano.lon], radius=radius[pano.Index], weight=1).add_to(fmap)
        folium.Marker(
            [pano.lat, pano.lon],
            tooltip=pano.name,
            popup=f"{pano.name}: {statuses[pano.Index]}",
            icon=folium.Icon(color="purple"),
        ).add_to(fmap)
    return fmap


def main() -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")
    use_local_files()
    classes = st.sidebar.pills("Class", CLASSES, key="classes", selection_mode="multi")
    st_folium(draw(*load(), classes), height=600, use_container_width=True, returned_objects=[])


main()
