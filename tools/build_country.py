"""Makes ``geo/country.geojson``, the outline of Vietnam with its two archipelagos, for the corner of prints.

``python -m tools.build_country FILE`` reads ``countries-10m.json`` of the npm package world-atlas 2.0.2
(ISC), which is Natural Earth 4.1 (public domain). Natural Earth files the islands of Hoàng Sa and Trường Sa
apart from the mainland; here they are picked by place, as points, since each is too small to be seen, and
belong to the country as Vietnam shows it.
"""

from __future__ import annotations

from pathlib import Path

import click
import geopandas as gpd
import shapely

from geo.country import COUNTRY_FILE
from tools.data_folder import write_features

SOURCE = "Natural Earth 4.1, 1:10m (public domain), qua npm world-atlas 2.0.2 (ISC)"
BOX = (101.6, 6.4, 117.6, 24.0)
"""West, south, east, north of what is kept, in degrees."""
ARCHIPELAGOS = {
    "hoang_sa": (110.9, 15.6, 113.0, 17.3),
    "truong_sa": (111.0, 7.3, 116.2, 12.0),
}
"""Bounds that hold the islands of each, and nothing else."""
TOLERANCE_DEG = 0.03
"""Under a tenth of a millimetre on the small map of an A3 sheet."""
SMALLEST_DEG2 = 0.004
"""Islets off the mainland that are smaller could not be seen."""
DECIMALS = 2


def outlines(countries: gpd.GeoDataFrame) -> list[tuple[dict[str, str], shapely.Geometry]]:
    """Return the country, the land around it and the two archipelagos, with what each of them is.

    Parameters
    ----------
    countries : GeoDataFrame
        All countries by ``name``, EPSG:4326.

    Returns
    -------
    list of dict and Geometry
        ``part`` is ``country``, ``around``, ``hoang_sa`` or ``truong_sa``; decimal degrees.
    """
    box = shapely.box(*BOX)
    lands = shapely.intersection(countries.make_valid().to_numpy(), box)
    is_own = (countries["name"] == "Vietnam").to_numpy()
    own, others = (shapely.union_all(lands[chosen]) for chosen in (is_own, ~is_own))
    islets = shapely.centroid(shapely.get_parts([own, others]))
    islands = {part: islets[shapely.within(islets, shapely.box(*at))] for part, at in ARCHIPELAGOS.items()}
    offshore = shapely.union_all([shapely.box(*at) for at in ARCHIPELAGOS.values()])
    country, around = shapely.coverage_simplify(
        [_larger(shapely.difference(land, offshore)) for land in (own, others)], TOLERANCE_DEG
    )
    return [
        ({"part": "around", "source": SOURCE}, _thin(around)),
        ({"part": "country", "source": SOURCE}, _thin(country)),
        *(
            ({"part": part, "source": SOURCE}, _thin(shapely.multipoints(list(points))))
            for part, points in islands.items()
        ),
    ]


def _larger(land: shapely.Geometry) -> shapely.MultiPolygon:
    parts = shapely.get_parts(land)
    return shapely.multipolygons(parts[shapely.area(parts) >= SMALLEST_DEG2])


def _thin(geometry: shapely.Geometry) -> shapely.Geometry:
    return shapely.set_precision(geometry, 10**-DECIMALS)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(file: Path) -> None:
    """Write the outline that a file of world-atlas holds."""
    write_features(COUNTRY_FILE, outlines(gpd.read_file(file, layer="countries").set_crs(4326)))
    click.echo(f"{COUNTRY_FILE}: {COUNTRY_FILE.stat().st_size} bytes")


if __name__ == "__main__":
    main()
