"""The invented panos as of 2026-11-23: where each stands, what state it is in, and the work done on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Work:
    """A work order of a pano."""

    kind: str
    state: str
    due_on: date
    cost_vnd: int
    assignee: str | None = None
    note: str = ""


@dataclass(frozen=True)
class Pano:
    """A pano and where it stands: so many metres from the village ``near``."""

    id: str
    name: str
    near: str
    metres: int
    radius_m: int | None
    state: str
    condition: str
    checked_on: date | None = None
    content_until: date | None = None
    in_village: bool = False
    serves: Sequence[str] = ()
    works: Sequence[Work] = ()
    note: str | None = None


TEAM_1, TEAM_2 = "Đội thi công minh họa 1", "Đội thi công minh họa 2"


def _built(year: int, month: int, day: int, cost_vnd: int, assignee: str = TEAM_1) -> Work:
    return Work("build", "done", date(year, month, day), cost_vnd, assignee)


PANOS = (
    Pano(
        "p-dam-mon",
        "Pano thôn Đầm Môn",
        "v-22519-dam-mon",
        180,
        1500,
        "in_service",
        "good",
        date(2026, 10, 12),
        date(2027, 6, 30),
        in_village=True,
        works=(_built(2023, 11, 30, 14_800_000),),
    ),
    Pano(
        "p-van-phuoc",
        "Pano trụ sở UBND xã Vạn Phước",
        "v-22495-mh-1",
        350,
        1200,
        "in_service",
        "minor_damage",
        date(2026, 9, 3),
        date(2027, 3, 31),
        works=(_built(2023, 12, 15, 13_900_000),),
        note="Góc dưới bên trái bong bạt",
    ),
    Pano(
        "p-van-tho",
        "Pano trước trụ sở UBND xã Vạn Thọ",
        "v-22504-mh-1",
        400,
        2000,
        "in_service",
        "good",
        date(2026, 8, 20),
        date(2026, 12, 31),
        works=(
            Work("repair_frame", "done", date(2023, 12, 20), 3_600_000, TEAM_2),
            Work("replace_canvas", "done", date(2025, 12, 20), 1_900_000, TEAM_2),
        ),
    ),
    Pano(
        "p-cho-van-gia",
        "Pano chợ Vạn Giã",
        "v-22489-mh-2",
        150,
        800,
        "in_service",
        "good",
        date(2026, 11, 2),
        date(2027, 12, 31),
        works=(_built(2024, 5, 30, 15_200_000),),
    ),
    Pano(
        "p-ben-xe-van-gia",
        "Pano bến xe Vạn Giã",
        "v-22489-mh-6",
        250,
        600,
        "in_service",
        "good",
        date(2026, 7, 9),
        date(2026, 6, 30),
        works=(
            _built(2024, 6, 30, 14_600_000),
            Work("replace_canvas", "approved", date(2026, 12, 10), 2_100_000, note="nội dung đã hết hạn"),
        ),
    ),
    Pano(
        "p-dai-lanh",
        "Pano quốc lộ 1, Đại Lãnh",
        "v-22492-mh-1",
        500,
        2500,
        "in_service",
        "major_damage",
        date(2026, 10, 28),
        date(2027, 6, 30),
        works=(
            _built(2024, 4, 26, 18_500_000, TEAM_2),
            Work("repair_frame", "in_progress", date(2026, 11, 15), 6_400_000, TEAM_1, "khung gãy sau bão"),
            Work("replace_canvas", "assigned", date(2026, 12, 1), 2_300_000, TEAM_1),
        ),
        note="Khung gãy sau bão tháng 10",
    ),
    Pano(
        "p-van-long",
        "Pano cổng chào Vạn Long",
        "v-22498-mh-3",
        300,
        1500,
        "planned",
        "unchecked",
        works=(Work("build", "approved", date(2026, 12, 20), 15_500_000),),
    ),
    Pano(
        "p-van-binh-1",
        "Pano ngã ba Vạn Bình",
        "v-22501-mh-1",
        200,
        1300,
        "in_service",
        "unchecked",
        None,
        date(2027, 5, 31),
        works=(_built(2025, 5, 20, 14_200_000, TEAM_2),),
        note="Chưa ai kiểm tra từ khi dựng",
    ),
    Pano(
        "p-van-binh-2",
        "Pano đường liên xã Vạn Bình",
        "v-22501-mh-4",
        250,
        1200,
        "building",
        "unchecked",
        works=(Work("build", "in_progress", date(2026, 12, 5), 15_100_000, TEAM_2),),
    ),
    Pano(
        "p-van-khanh-1",
        "Pano nhà văn hóa Vạn Khánh",
        "v-22507-mh-1",
        120,
        None,
        "in_service",
        "good",
        date(2025, 11, 20),
        date(2027, 1, 31),
        works=(_built(2024, 11, 29, 13_800_000),),
    ),
    Pano(
        "p-van-khanh-2",
        "Pano bến cá Vạn Khánh",
        "v-22507-mh-5",
        220,
        900,
        "building",
        "unchecked",
        works=(Work("build", "awaiting_acceptance", date(2026, 11, 20), 14_900_000, TEAM_1),),
    ),
    Pano(
        "p-van-phu-1",
        "Pano trung tâm xã Vạn Phú",
        "v-22510-mh-1",
        180,
        1600,
        "in_service",
        "good",
        date(2026, 11, 6),
        date(2026, 10, 31),
        in_village=True,
        works=(
            _built(2024, 9, 30, 14_400_000, TEAM_2),
            Work("replace_canvas", "awaiting_acceptance", date(2026, 11, 25), 2_000_000, TEAM_2),
        ),
    ),
    Pano(
        "p-van-phu-2",
        "Pano đường lên hồ, Vạn Phú",
        "v-22510-mh-6",
        400,
        1000,
        "planned",
        "unchecked",
        works=(Work("build", "proposed", date(2027, 3, 31), 15_000_000),),
    ),
    Pano(
        "p-van-luong-1",
        "Pano thôn Mỹ Đồng",
        "v-22513-my-dong",
        200,
        1200,
        "suspended",
        "minor_damage",
        date(2026, 9, 15),
        date(2027, 4, 30),
        in_village=True,
        works=(
            _built(2024, 3, 29, 13_600_000),
            Work("repair_frame", "paused", date(2026, 10, 30), 3_200_000, TEAM_2, "chờ mặt bằng mở đường"),
        ),
        note="Tạm ngừng trong khi mở rộng đường",
    ),
    Pano(
        "p-van-luong-2",
        "Pano bệnh viện, thôn Tân Đức Đông",
        "v-22513-tan-duc-dong",
        300,
        1800,
        "in_service",
        "good",
        date(2026, 10, 5),
        date(2027, 9, 30),
        serves=("v-22513-tan-duc-dong", "v-22513-tan-duc-tay"),
        works=(_built(2025, 3, 31, 15_800_000),),
    ),
    Pano(
        "p-van-thang-1",
        "Pano thôn Phú Hội 1",
        "v-22516-phu-hoi-1",
        150,
        1400,
        "in_service",
        "good",
        date(2026, 10, 19),
        date(2027, 8, 31),
        in_village=True,
        works=(_built(2025, 6, 27, 14_700_000, TEAM_2),),
    ),
    Pano(
        "p-van-thang-2",
        "Pano cũ thôn Tân Dân 1",
        "v-22516-tan-dan-1",
        200,
        1000,
        "retired",
        "major_damage",
        date(2025, 8, 14),
        date(2025, 6, 30),
        works=(Work("remove", "done", date(2025, 9, 12), 1_500_000, TEAM_1),),
    ),
    Pano(
        "p-van-thang-3",
        "Pano thôn Quảng Hội 2",
        "v-22516-quang-hoi-2",
        160,
        700,
        "in_service",
        "minor_damage",
        date(2026, 2, 11),
        date(2027, 2, 28),
        in_village=True,
        works=(
            _built(2024, 8, 30, 13_500_000),
            Work("repair_frame", "cancelled", date(2026, 6, 30), 2_800_000, None, "hư hỏng chưa đáng sửa"),
        ),
    ),
    Pano(
        "p-khai-luong",
        "Pano bến thuyền Khải Lương",
        "v-22519-khai-luong",
        200,
        2500,
        "planned",
        "unchecked",
        works=(Work("build", "surveyed", date(2027, 4, 30), 21_000_000),),
        note="Vật tư phải chở bằng thuyền",
    ),
    Pano(
        "p-xuan-son",
        "Pano trung tâm xã Xuân Sơn",
        "v-22522-mh-1",
        200,
        1500,
        "planned",
        "unchecked",
        in_village=True,
        works=(Work("build", "assigned", date(2026, 10, 31), 15_300_000, TEAM_2),),
    ),
    Pano(
        "p-van-hung-1",
        "Pano quốc lộ 1, Vạn Hưng",
        "v-22525-mh-1",
        250,
        1500,
        "in_service",
        "good",
        date(2026, 9, 22),
        date(2027, 3, 31),
        works=(
            _built(2024, 7, 31, 14_300_000),
            Work("remove", "approved", date(2027, 1, 15), 1_600_000, None, "nằm trong chỉ giới mở đường"),
        ),
    ),
    Pano(
        "p-van-hung-2",
        "Pano chợ Vạn Hưng",
        "v-22525-mh-4",
        180,
        1100,
        "building",
        "unchecked",
        works=(Work("build", "rejected", date(2026, 11, 10), 14_600_000, TEAM_1, "móng chưa đạt"),),
    ),
    Pano(
        "p-van-hung-3",
        "Pano cầu Vạn Hưng",
        "v-22525-mh-6",
        300,
        1200,
        "in_service",
        "major_damage",
        date(2026, 10, 30),
        date(2027, 6, 30),
        works=(_built(2025, 10, 31, 14_100_000, TEAM_2),),
        note="Bạt rách một nửa, chưa lập việc sửa",
    ),
)
