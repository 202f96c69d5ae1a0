"""What plan 1065/KH-UBND of 7 June 2023 says, as rows of a data folder; what it leaves open is None."""

from __future__ import annotations

from datetime import date

PLAN_SOURCE = "Kế hoạch 1065/KH-UBND ngày 7/6/2023 của UBND huyện Vạn Ninh"
LEAD_UNIT = "Phòng Lao động - Thương binh và Xã hội huyện Vạn Ninh"
IMPLEMENTERS = "Các cơ quan, đơn vị và UBND các xã, thị trấn"
FINANCE_UNIT = "Phòng Tài chính - Kế hoạch huyện Vạn Ninh"
FRONT = "Ủy ban Mặt trận Tổ quốc Việt Nam huyện và các đoàn thể"

PLAN = {
    "number": "1065/KH-UBND",
    "title": (
        "Kế hoạch truyền thông giảm nghèo năm 2023, huyện Vạn Ninh "
        "(Chương trình mục tiêu quốc gia giảm nghèo bền vững, Dự án 6, Tiểu dự án 2)"
    ),
    "issued_on": date(2023, 6, 7),
    "starts_on": date(2023, 1, 1),
    "ends_on": date(2023, 12, 31),
    "budget_vnd": 34_000_000,
    "lead_unit": LEAD_UNIT,
}

EVERYWHERE = "UBND các xã, thị trấn và cộng đồng dân cư (thôn, tổ dân phố)"


def _commitment(
    id: str,
    text: str,
    kind: str,
    channel: str | None = None,
    *,
    target: int | None = None,
    unit: str | None = None,
    place: str | None = None,
    responsible: str | None = IMPLEMENTERS,
) -> dict[str, object]:
    return {
        "id": id,
        "text": text,
        "kind": kind,
        "channel": channel,
        "target": target,
        "unit": unit,
        "place": place,
        "responsible": responsible,
    }


COMMITMENTS = (
    _commitment(
        "c1",
        "Xây mới 01 pano (400 cm × 250 cm) tại thôn Đầm Môn, xã Vạn Thạnh",
        "build",
        "pano",
        target=1,
        unit="pano",
        place="Thôn Đầm Môn, xã Vạn Thạnh",
    ),
    _commitment(
        "c2",
        "Xây mới 01 pano (400 cm × 250 cm) tại trụ sở UBND xã Vạn Phước",
        "build",
        "pano",
        target=1,
        unit="pano",
        place="Trụ sở UBND xã Vạn Phước",
    ),
    _commitment(
        "c3",
        "Sửa chữa và thay bạt 01 pano trước trụ sở UBND xã Vạn Thọ",
        "repair_frame",
        "pano",
        target=1,
        unit="pano",
        place="Trước trụ sở UBND xã Vạn Thọ",
    ),
    _commitment(
        "c4",
        "Đưa cụm băng rôn đến UBND các xã, thị trấn và cộng đồng; kế hoạch không nêu số lượng",
        "activity",
        "banner",
        target=13,
        unit="xã, thị trấn",
        place=EVERYWHERE,
    ),
    _commitment(
        "c5",
        "Đưa cụm khẩu hiệu đến UBND các xã, thị trấn và cộng đồng; kế hoạch không nêu số lượng",
        "activity",
        "slogan",
        target=13,
        unit="xã, thị trấn",
        place=EVERYWHERE,
    ),
    _commitment(
        "c6",
        "Đưa tờ rơi đến UBND các xã, thị trấn và cộng đồng; kế hoạch không nêu số lượng",
        "activity",
        "leaflet",
        target=13,
        unit="xã, thị trấn",
        place=EVERYWHERE,
    ),
    _commitment(
        "c7", "Tuyên truyền trên hệ thống truyền thanh từ huyện đến cơ sở", "activity", "loudspeaker"
    ),
    _commitment("c8", "Tuyên truyền trên các phương tiện thông tin đại chúng", "activity", "press"),
    _commitment("c9", "Đăng tin trên cổng thông tin điện tử huyện Vạn Ninh", "activity", "portal"),
    _commitment(
        "c10",
        "Thực hiện phong trào “Vì người nghèo - Không để ai bị bỏ lại phía sau”",
        "activity",
        "movement",
        responsible=FRONT,
    ),
    _commitment(
        "c11",
        "Tổ chức đối thoại chính sách với người dân ở các cấp, chủ yếu ở cơ sở",
        "activity",
        "dialogue",
    ),
    _commitment(
        "c12",
        "Xây dựng và tập huấn mạng lưới báo cáo viên, tuyên truyền viên",
        "activity",
        "training",
    ),
    _commitment("c13", "Giám sát, đánh giá hằng năm", "activity", "supervision", responsible=LEAD_UNIT),
    _commitment(
        "c14",
        "Báo cáo kết quả trong báo cáo giảm nghèo hằng năm gửi Phòng Lao động - Thương binh và Xã hội, "
        "để tổng hợp báo cáo Sở Lao động - Thương binh và Xã hội và UBND huyện",
        "report",
    ),
    _commitment(
        "c15",
        "Bố trí và thanh quyết toán kinh phí thường xuyên của Tiểu dự án 2 - Dự án 6",
        "budget",
        target=34_000_000,
        unit="đồng",
        responsible=FINANCE_UNIT,
    ),
)
"""``kind`` tells what proves it: a work order of that kind, activities, a report, or the money."""

POSITION_ACCURACY_M = 2000
POSITION_NOTE = (
    "Kế hoạch không nêu tọa độ: tạm đặt tại điểm {place}, sai số 2.000 m, cho đến khi có người đến đo."
)

PANOS = (
    {
        "id": "p-dam-mon",
        "width_cm": 400,
        "height_cm": 250,
        "name": "Pano thôn Đầm Môn",
        "commune_code": "22519",
        "village": "Đầm Môn",
        "hamlet": "Đầm Môn",
        "place": "thôn Đầm Môn",
        "state": "planned",
        "condition": "unchecked",
        "plan_ref": "c1",
        "note": None,
    },
    {
        "id": "p-van-phuoc",
        "width_cm": 400,
        "height_cm": 250,
        "name": "Pano trụ sở UBND xã Vạn Phước",
        "commune_code": "22495",
        "village": None,
        "hamlet": "Tân Phước",
        "place": "ấp Tân Phước (khoảng 1970)",
        "state": "planned",
        "condition": "unchecked",
        "plan_ref": "c2",
        "note": None,
    },
    {
        "id": "p-van-tho",
        "name": "Pano trước trụ sở UBND xã Vạn Thọ",
        "commune_code": "22504",
        "village": None,
        "hamlet": "Tuần Lễ",
        "place": "Tuần Lễ",
        "state": "in_service",
        "condition": "major_damage",
        "plan_ref": "c3",
        "note": (
            "Kế hoạch giao sửa chữa và thay bạt nhưng không nêu mức hư hỏng: "
            "tạm coi là hư hỏng nặng cho đến khi có người kiểm tra. Kích thước: chưa rõ."
        ),
    },
)
"""``hamlet`` is the point of the register that stands for the unknown position."""

WORKS = (
    {
        "id": "w-dam-mon-build",
        "pano_id": "p-dam-mon",
        "kind": "build",
        "state": "approved",
        "plan_ref": "c1",
        "note": f"Xây mới, 400 cm × 250 cm. Nguồn: {PLAN_SOURCE}; không nêu thời hạn và kinh phí riêng.",
    },
    {
        "id": "w-van-phuoc-build",
        "pano_id": "p-van-phuoc",
        "kind": "build",
        "state": "approved",
        "plan_ref": "c2",
        "note": f"Xây mới, 400 cm × 250 cm. Nguồn: {PLAN_SOURCE}; không nêu thời hạn và kinh phí riêng.",
    },
    {
        "id": "w-van-tho-repair",
        "pano_id": "p-van-tho",
        "kind": "repair_frame",
        "state": "approved",
        "plan_ref": "c3",
        "note": (
            "Gồm cả sửa chữa và thay bạt: kế hoạch giao chung một việc. "
            f"Nguồn: {PLAN_SOURCE}; không nêu thời hạn và kinh phí riêng."
        ),
    },
)

NO_PLACE = "Kế hoạch không nêu địa bàn cụ thể nên chỉ ghi sổ ở cấp huyện."
EVERY_COMMUNE = (
    "Kế hoạch nêu tất cả các xã, thị trấn và cộng đồng; không nêu số lượng, ngày và kinh phí riêng."
)


def _activity(
    channel: str, title: str, plan_ref: str, *, scope: str = "district", audience: str | None = None
) -> dict[str, str | None]:
    return {
        "id": f"a-2023-{channel}",
        "channel": channel,
        "title": title,
        "state": "planned",
        "scope": scope,
        "audience": audience,
        "plan_ref": plan_ref,
        "source": PLAN_SOURCE,
        "note": EVERY_COMMUNE if scope == "communes" else NO_PLACE,
    }


ACTIVITIES = (
    _activity("banner", "Cụm băng rôn tại các xã, thị trấn", "c4", scope="communes"),
    _activity("slogan", "Cụm khẩu hiệu tại các xã, thị trấn", "c5", scope="communes"),
    _activity("leaflet", "Phát tờ rơi tại các xã, thị trấn", "c6", scope="communes"),
    _activity("loudspeaker", "Tuyên truyền trên hệ thống truyền thanh từ huyện đến cơ sở", "c7"),
    _activity("press", "Tuyên truyền trên phương tiện thông tin đại chúng", "c8"),
    _activity("portal", "Đăng tin trên cổng thông tin điện tử huyện", "c9"),
    _activity("movement", "Phong trào “Vì người nghèo - Không để ai bị bỏ lại phía sau”", "c10"),
    _activity("dialogue", "Đối thoại chính sách, chủ yếu ở cơ sở", "c11", audience="người dân"),
    _activity(
        "training",
        "Tập huấn mạng lưới tuyên truyền",
        "c12",
        audience="báo cáo viên, tuyên truyền viên",
    ),
    _activity("supervision", "Giám sát, đánh giá hằng năm", "c13"),
)
"""Without dates, numbers and costs, since the plan gives none; whole-commune ones take every commune."""
