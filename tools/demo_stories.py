"""The story of the invented workspace as of 2026-11-23: its registers, its plan, and who was told what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, cycle, islice

INVENTED_VILLAGES = {
    "22489": 8,
    "22492": 5,
    "22495": 4,
    "22498": 5,
    "22501": 6,
    "22504": 2,
    "22507": 6,
    "22510": 7,
    "22513": 0,
    "22516": 0,
    "22519": 2,
    "22522": 4,
    "22525": 6,
}
"""Villages added to those known, by commune."""

VILLAGES_OFFICIAL = {
    "22489": 8,
    "22501": 6,
    "22507": 6,
    "22510": 7,
    "22513": 5,
    "22516": 8,
    "22519": 7,
    "22522": 4,
    "22525": 8,
}
COMPLETE_REGISTERS = VILLAGES_OFFICIAL.keys() - {"22519", "22525"}

SPECIAL_DIFFICULTY = {"22504", "22519"}
NOT_LOCATED = {"v-22510-mh-7", "v-22522-mh-4"}

FIRST_DONE, LAST_DONE = date(2023, 6, 19), date(2026, 11, 16)
PROVEN_SHARE = 0.85
"""Share of what is done that has evidence."""

PLAN = {
    "number": "00/KH-MH",
    "title": "Kế hoạch truyền thông giảm nghèo 2023-2026, Vạn Ninh (dữ liệu minh họa)",
    "issued_on": date(2023, 6, 7),
    "starts_on": date(2023, 6, 7),
    "ends_on": date(2026, 12, 31),
    "budget_vnd": 560_000_000,
    "lead_unit": "Phòng Văn hóa - Xã hội (minh họa)",
    "pano_radius_m": 1000,
}


@dataclass(frozen=True)
class Venue:
    """A place for dialogues in a village."""

    id: str
    name: str
    kind: str
    village_id: str
    capacity: int | None


@dataclass(frozen=True)
class Target:
    """Whom an activity is for: villages, communes or, where it names neither, the district."""

    label: str = ""
    village_ids: Sequence[str] = ()
    commune_codes: Sequence[str] = ()
    venue_id: str | None = None

    @property
    def scope(self) -> str:
        """The scope that follows from what is named."""
        return "villages" if self.village_ids else "communes" if self.commune_codes else "district"


@dataclass(frozen=True)
class Round:
    """A series of like activities through one channel.

    ``quantity`` is the least and how many ``step`` it may be above; ``cost`` the least and most in
    100,000 đồng; ``cancelled`` the number of the one that did not take place.
    """

    channel: str
    plan_ref: str
    title: str
    done: Sequence[Target]
    planned: Sequence[Target] = ()
    quantity: tuple[int, int] = (1, 0)
    step: int = 1
    unit: str = "lần"
    cost: tuple[int, int] = (0, 0)
    audience: str | None = "người dân"
    longest_days: int = 0
    cancelled: int | None = None


HALL, OFFICE, SCHOOL = "nhà văn hóa", "hội trường UBND", "trường học"

VENUES = (
    Venue("d-van-gia", "Hội trường thị trấn Vạn Giã", OFFICE, "v-22489-mh-3", 250),
    Venue("d-dai-lanh", "Hội trường xã Đại Lãnh", OFFICE, "v-22492-mh-2", 160),
    Venue("d-van-phuoc", "Nhà văn hóa xã Vạn Phước", HALL, "v-22495-mh-2", 120),
    Venue("d-van-long", "Nhà văn hóa xã Vạn Long", HALL, "v-22498-mh-1", 110),
    Venue("d-van-binh", "Nhà văn hóa xã Vạn Bình", HALL, "v-22501-mh-2", 130),
    Venue("d-van-khanh", "Trường tiểu học Vạn Khánh", SCHOOL, "v-22507-mh-2", 90),
    Venue("d-van-phu", "Hội trường xã Vạn Phú", OFFICE, "v-22510-mh-2", 150),
    Venue("d-my-dong", "Nhà văn hóa thôn Mỹ Đồng", HALL, "v-22513-my-dong", 80),
    Venue("d-phu-hoi", "Nhà văn hóa thôn Phú Hội 2", HALL, "v-22516-phu-hoi-2", 90),
    Venue("d-dam-mon", "Nhà văn hóa thôn Đầm Môn", HALL, "v-22519-dam-mon", 70),
    Venue("d-diep-son", "Điểm trường thôn Điệp Sơn", SCHOOL, "v-22519-diep-son", None),
    Venue("d-van-hung", "Nhà văn hóa xã Vạn Hưng", HALL, "v-22525-mh-2", 140),
)


def _at(venue_id: str, *village_ids: str) -> Target:
    return Target(village_ids=village_ids, venue_id=venue_id)


def _in(*village_ids: str) -> Target:
    return Target(village_ids=village_ids)


DISTRICT = Target("toàn địa bàn")
VAN_GIA = Target("toàn thị trấn Vạn Giã", commune_codes=("22489",))
VAN_THANG = Target("toàn xã Vạn Thắng", commune_codes=("22516",))

DIALOGUES = (
    _at("d-dam-mon", "v-22519-dam-mon", "v-22519-mh-1"),
    _at("d-van-gia", "v-22489-mh-3", "v-22489-mh-4"),
    _at("d-van-phuoc", "v-22495-mh-1", "v-22495-mh-2"),
    _at("d-my-dong", "v-22513-my-dong"),
    _at("d-van-phu", "v-22510-mh-1", "v-22510-mh-2"),
    _at("d-phu-hoi", "v-22516-phu-hoi-1", "v-22516-phu-hoi-2", "v-22516-phu-hoi-3"),
    _at("d-van-hung", "v-22525-mh-2"),
    _at("d-van-binh", "v-22501-mh-2", "v-22501-mh-3"),
    _at("d-diep-son", "v-22519-diep-son"),
    _at("d-dai-lanh", "v-22492-mh-1", "v-22492-mh-2"),
    _at("d-van-khanh", "v-22507-mh-2"),
    _at("d-van-long", "v-22498-mh-1"),
    _at("d-van-gia", "v-22489-mh-7", "v-22489-mh-8"),
)
DOOR_TO_DOOR = (
    _in("v-22519-dam-mon"),
    _in("v-22504-tuan-le"),
    _in("v-22513-hien-luong", "v-22513-quang-phuoc"),
    _in("v-22498-mh-1", "v-22498-mh-2"),
    _in("v-22525-xuan-tu-2", "v-22525-mh-2"),
    _in("v-22510-mh-2", "v-22510-mh-3"),
    _in("v-22492-mh-2"),
    _in("v-22501-mh-1"),
)
WHOLE_COMMUNES = (VAN_GIA, VAN_THANG)


def _mixed(count: int, first: int) -> tuple[Target, ...]:
    """Return targets of single villages and whole communes in turn, starting at another one each time."""
    targets = chain.from_iterable(zip(cycle(DOOR_TO_DOOR), cycle(DOOR_TO_DOOR[3:]), cycle(WHOLE_COMMUNES)))
    return tuple(islice(targets, first, first + count))


ROUNDS = (
    Round(
        "dialogue",
        "c3",
        "Đối thoại chính sách giảm nghèo",
        DIALOGUES,
        planned=(_at("d-van-phu", "v-22510-mh-4", "v-22510-mh-5"), _at("d-van-hung", "v-22525-mh-3")),
        quantity=(25, 9),
        step=5,
        unit="người dự",
        cost=(18, 42),
        audience="hộ nghèo, hộ cận nghèo",
        cancelled=9,
    ),
    Round(
        "banner",
        "c4",
        "Treo băng rôn",
        _mixed(7, 0),
        planned=(VAN_GIA,),
        quantity=(2, 6),
        unit="băng rôn",
        cost=(12, 30),
        longest_days=30,
    ),
    Round(
        "slogan",
        "c5",
        "Kẻ khẩu hiệu",
        _mixed(7, 4),
        planned=(_in("v-22498-mh-3"),),
        quantity=(1, 4),
        unit="khẩu hiệu",
        cost=(8, 20),
        longest_days=60,
    ),
    Round(
        "leaflet",
        "c6",
        "Phát tờ rơi",
        _mixed(8, 8),
        planned=(_in("v-22519-khai-luong"), _in("v-22507-mh-3")),
        quantity=(150, 14),
        step=50,
        unit="tờ",
        cost=(10, 36),
        audience="hộ gia đình",
        longest_days=5,
        cancelled=6,
    ),
    Round(
        "loudspeaker",
        "c7",
        "Phát thanh chuyên mục giảm nghèo",
        (VAN_GIA, VAN_THANG, _in("v-22510-mh-1"), VAN_GIA, _in("v-22501-mh-2"), VAN_THANG, DISTRICT)
        + (_in("v-22492-mh-1"), VAN_GIA, _in("v-22513-my-dong")),
        planned=(_in("v-22495-mh-3"),),
        quantity=(4, 20),
        unit="buổi phát",
        cost=(3, 9),
        longest_days=14,
    ),
    Round(
        "movement",
        "c8",
        "Phong trào “Vì người nghèo - Không để ai bị bỏ lại phía sau”",
        (DISTRICT, _in("v-22519-dam-mon"), VAN_GIA, DISTRICT, _in("v-22525-mh-1"), DISTRICT),
        planned=(_in("v-22501-mh-3"),),
        quantity=(3, 12),
        unit="nhà được hỗ trợ",
        cost=(10, 40),
        audience="hộ nghèo",
        longest_days=30,
    ),
    Round(
        "training",
        "c9",
        "Tập huấn tuyên truyền viên",
        (DISTRICT,) * 4,
        planned=(DISTRICT,),
        quantity=(30, 6),
        step=5,
        unit="học viên",
        cost=(60, 95),
        audience="tuyên truyền viên thôn, tổ dân phố",
        longest_days=2,
    ),
    Round(
        "portal",
        "c10",
        "Đăng tin trên cổng thông tin điện tử",
        (DISTRICT,) * 5,
        quantity=(2, 10),
        unit="tin, bài",
        audience=None,
        longest_days=28,
    ),
    Round(
        "press",
        "c10",
        "Phối hợp đăng báo, phát sóng",
        (DISTRICT,) * 4,
        planned=(DISTRICT,),
        quantity=(1, 3),
        unit="tin, bài",
        cost=(20, 45),
        audience=None,
    ),
    Round(
        "supervision",
        "c11",
        "Giám sát, đánh giá",
        (DISTRICT, Target("xã Vạn Thạnh", commune_codes=("22519",)), DISTRICT, DISTRICT),
        planned=(DISTRICT,),
        quantity=(1, 0),
        unit="đợt",
        cost=(10, 18),
        audience=None,
        longest_days=4,
    ),
    Round(
        "pano",
        "c1",
        "Giới thiệu nội dung pano mới",
        (_in("v-22519-dam-mon", "v-22519-mh-1"),),
        unit="buổi",
        cost=(5, 9),
    ),
)


def _commitment(
    id: str, text: str, kind: str, channel: str, target: int, unit: str, place: str | None = None
) -> dict[str, object]:
    return {
        "id": id,
        "text": text,
        "kind": kind,
        "channel": channel,
        "target": target,
        "unit": unit,
        "place": place,
        "responsible": PLAN["lead_unit"],
    }


COMMITMENTS = (
    _commitment("c1", "Dựng 20 pano trên toàn địa bàn", "build", "pano", 20, "pano"),
    _commitment("c2", "Sửa chữa, thay bạt pano hư hỏng", "repair_frame", "pano", 8, "việc"),
    _commitment("c3", "Tổ chức 16 buổi đối thoại chính sách", "activity", "dialogue", 16, "buổi"),
    _commitment("c4", "Treo băng rôn tại các xã", "activity", "banner", 40, "băng rôn"),
    _commitment("c5", "Kẻ khẩu hiệu tại các xã", "activity", "slogan", 20, "khẩu hiệu"),
    _commitment("c6", "Phát 5.000 tờ rơi đến hộ gia đình", "activity", "leaflet", 5000, "tờ"),
    _commitment("c7", "Phát thanh chuyên mục giảm nghèo", "activity", "loudspeaker", 150, "buổi phát"),
    _commitment("c8", "Phong trào “Vì người nghèo”", "activity", "movement", 60, "nhà được hỗ trợ"),
    _commitment("c9", "Tập huấn tuyên truyền viên", "activity", "training", 240, "học viên"),
    _commitment("c10", "Đăng tin, bài trên cổng thông tin", "activity", "portal", 40, "tin, bài"),
    _commitment("c11", "Giám sát, đánh giá hằng năm", "activity", "supervision", 4, "đợt"),
)
