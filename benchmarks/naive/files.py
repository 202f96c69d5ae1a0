"""The files that a folium map asks CDNs for, taken from the npm packages of the same versions."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGES = {
    "leaflet": ("leaflet@1.9.3", "dist"),
    "jquery": ("jquery@3.7.1", "dist"),
    "bootstrap": ("bootstrap@5.2.2", "dist"),
    "awesome-markers": ("leaflet.awesome-markers@2.0.5", "dist"),
    "fontawesome": ("@fortawesome/fontawesome-free@6.2.0", "css"),
}
"""Package and folder in it by the folder that its files are put into."""

FILES = (
    ("leaflet", "leaflet/leaflet.js"),
    ("jquery", "jquery/jquery.min.js"),
    ("bootstrap", "bootstrap/js/bootstrap.bundle.min.js"),
    ("awesome_markers", "awesome-markers/leaflet.awesome-markers.js"),
    ("leaflet_css", "leaflet/leaflet.css"),
    ("bootstrap_css", "bootstrap/css/bootstrap.min.css"),
    ("awesome_markers_font_css", "fontawesome/all.min.css"),
    ("awesome_markers_css", "awesome-markers/leaflet.awesome-markers.css"),
)
"""What `folium.Map` asks for, by its own names, but for two small style sheets that no package has."""


def fetch(folder: Path) -> None:
    """Put the files into a folder, unless they are there from an earlier run.

    Parameters
    ----------
    folder : pathlib.Path
        Where they go; made if it does not exist.

    Raises
    ------
    RuntimeError
        If npm is missing or can't get a package.
    """
    if all((folder / file).exists() for _, file in FILES):
        return
    if not shutil.which("npm"):
        raise RuntimeError("the usual map needs folium's files, and npm, which gets them, is missing")
    for name, (package, inside) in PACKAGES.items():
        with tempfile.TemporaryDirectory() as parcel:
            got = subprocess.run(
                ["npm", "pack", "--silent", package], cwd=parcel, capture_output=True, text=True
            )
            if got.returncode:
                raise RuntimeError(f"npm could not get {package}: {got.stderr.strip()}")
            with tarfile.open(next(Path(parcel).glob("*.tgz"))) as archive:
                archive.extractall(parcel, filter="data")
            shutil.copytree(Path(parcel) / "package" / inside, folder / name, dirs_exist_ok=True)
