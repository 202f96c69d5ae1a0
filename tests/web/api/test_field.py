"""The field form has a way in: a bundle, a report once however often, photos that go on."""

import gzip
import json

import pytest

from geo.scene import SCALE
from records import lifecycle, workspaces
from records.field_body import MOST_PHOTO_BYTES, MOST_REPORT_BYTES
from records.history import events
from records.people import COOKIE
from records.rights import SYSTEM
from records.workspaces import load
from tests.folders import GIA, LANH
from tests.records.reports import digest, jpeg, new_id, sent_photo
from tests.web.api.conftest import API, OWN_PAGE, PASSWORD, report_of

CONTENT = jpeg(size=(640, 480))
PHOTO = digest(CONTENT)
JPEG = {"Content-Type": "image/jpeg"}


def bundle_of(browser, workspace="own"):
    answer = browser.get(f"/api/v1/{workspace}/field/bundle")
    assert answer.status_code == 200, answer.text
    return answer.json()


def send(browser, body, report_id):
    return browser.put(f"{API}/field/reports/{report_id}", json=body)


def photo_address(report_id, photo=PHOTO):
    return f"{API}/field/reports/{report_id}/photos/{photo}"


def happened(store):
    with store.reading() as connection:
        return [event for event in events(connection) if event.source == "field"]


@pytest.fixture
def with_photo(phone):
    """Give the id of a report that names a photo."""
    report_id = new_id()
    body = report_of(bundle_of(phone), word="Ảnh", photos=[sent_photo(CONTENT)])
    assert send(phone, body, report_id).status_code == 201
    return report_id


def test_the_bundle_holds_what_its_owner_may_report_on(phone, planner, store):
    mine, all_of_them = bundle_of(phone), bundle_of(planner)
    assert [pano["id"] for pano in mine["panos"]] == ["p1"]
    assert [pano["id"] for pano in all_of_them["panos"]] == ["p1", "p2"]
    assert mine["version"] == store.version
    assert mine["actor"] == {"id": mine["actor"]["id"], "name": "Minh", "role": "field"}
    assert "finish" in mine["rules"]["rights"] and "approve" not in mine["rules"]["rights"]
    (work,) = all_of_them["panos"][1]["works"]
    assert (work["id"], work["state"], work["photos"], work["mine"]) == ("w1", "approved", [], False)


def test_the_bundle_s_rules_are_the_life_cycle(phone):
    rules = bundle_of(phone)["rules"]
    assert len(rules["actions"]) == len(lifecycle.ACTIONS)
    for sent, own in zip(rules["actions"], lifecycle.ACTIONS, strict=True):
        assert (sent["name"], sent["after"]) == (own.name, own.after)
        assert tuple(sent["before"]) == own.before and tuple(sent["gates"]) == own.gates
        assert tuple(sent["kinds"]) == own.kinds and sent["effect"] == list(own.effect)


def test_the_bundle_s_outlines_are_the_communes_on_the_scene_s_grid(phone):
    outlines = bundle_of(phone)["map"]["communes"]
    assert {one["code"] for one in outlines} >= {GIA, LANH}
    ring = next(one for one in outlines if one["code"] == GIA)["shape"][0][0]
    lon, lat = ring[0] / SCALE, ring[1] / SCALE
    assert (lon, lat) in {(109.20, 12.68), (109.24, 12.68), (109.24, 12.72), (109.20, 12.72)}


def test_the_bundle_of_a_whole_district_is_small(planner):
    bundle = bundle_of(planner, "demo")
    assert len(bundle["panos"]) == (load("demo").panos["state"] != "retired").sum()
    packed = gzip.compress(json.dumps(bundle, ensure_ascii=False).encode())
    assert len(packed) < 60_000


def test_the_bundle_is_sent_again_only_if_something_changed(phone):
    first = phone.get(f"{API}/field/bundle")
    known = {"If-None-Match": first.headers["etag"]}
    again = phone.get(f"{API}/field/bundle", headers=known)
    assert (again.status_code, again.content) == (304, b"")
    send(phone, report_of(first.json(), word="x"), new_id())
    changed = phone.get(f"{API}/field/bundle", headers=known)
    assert changed.status_code == 200
    assert changed.json()["version"] > first.json()["version"]


def test_the_same_report_twenty_times_is_one_event_and_one_receipt(phone, store):
    body, report_id = report_of(bundle_of(phone), condition="minor_damage", word="Rách"), new_id()
    answers = [send(phone, body, report_id) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [201] + [200] * 19
    receipts = [answer.json() for answer in answers]
    assert [one.pop("repeated") for one in receipts] == [False] + [True] * 19
    assert all(one == receipts[0] for one in receipts)
    assert len(happened(store)) == 1
    assert phone.get(f"{API}/field/reports/{report_id}").json() == receipts[0] | {"repeated": False}


def test_another_report_under_the_same_id_is_told_so(phone, store):
    body, report_id = report_of(bundle_of(phone), word="Một"), new_id()
    send(phone, body, report_id)
    answer = send(phone, body | {"word": "Hai"}, report_id)
    assert (answer.status_code, answer.json()["code"]) == (409, "report_changed")
    assert len(happened(store)) == 1


def test_what_does_not_fit_is_kept_and_told_in_vietnamese(phone, store):
    body = report_of(bundle_of(phone), condition="good") | {"pano_id": "p-none"}
    answer = send(phone, body, new_id())
    assert answer.status_code == 201
    assert answer.json()["outcome"] == "in_review"
    assert "p-none" in answer.json()["parts"][0]["problem"]


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"condition": "broken"}, "body.condition"),
        ({"made_at": "hôm qua"}, "body.made_at"),
        ({"point": {"lat": "12", "lon": 109}}, "body.point.lat"),
        ({"photos": [{"hash": "x", "bytes": 5}]}, "body.photos.0.hash"),
        ({"photos": [sent_photo(b"x", bytes=MOST_PHOTO_BYTES + 1)]}, "body.photos.0.bytes"),
    ],
)
def test_what_is_malformed_is_told_where(phone, store, change, at):
    answer = send(phone, report_of(bundle_of(phone), word="x") | change, new_id())
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed")
    assert at in answer.json()["at"]
    assert answer.json()["problem"] != answer.json()["problem_en"]
    assert happened(store) == []


def test_a_report_that_is_too_large_is_not_read(phone, store):
    answer = send(phone, report_of(bundle_of(phone), word="x" * MOST_REPORT_BYTES), new_id())
    assert answer.status_code == 413
    assert happened(store) == []


def test_a_photo_comes_in_pieces_and_is_acknowledged_by_its_hash(phone, with_photo):
    address, half = photo_address(with_photo), len(CONTENT) // 2
    assert phone.head(address).headers["upload-offset"] == "0"
    for start, piece in ((0, CONTENT[:half]), (half, CONTENT[half:])):
        span = f"bytes {start}-{start + len(piece) - 1}/{len(CONTENT)}"
        answer = phone.put(address, content=piece, headers=JPEG | {"Content-Range": span})
        assert answer.status_code == 200, answer.text
        assert answer.json()["offset"] == start + len(piece)
        assert phone.head(address).headers["upload-offset"] == str(start + len(piece))
    assert answer.json()["received"]
    assert answer.json()["receipt"]["photos"] == {PHOTO: "received"}
    again = phone.put(address, content=CONTENT, headers=JPEG)
    assert (again.status_code, again.json()["received"]) == (200, True)


def test_a_piece_that_does_not_follow_is_told_where_to_go_on(phone, with_photo):
    span = {"Content-Range": f"bytes 10-19/{len(CONTENT)}"}
    answer = phone.put(photo_address(with_photo), content=CONTENT[10:20], headers=JPEG | span)
    assert (answer.status_code, answer.json()["code"]) == (409, "other_offset")
    assert answer.headers["upload-offset"] == "0"


@pytest.mark.parametrize("span", ["bytes 0-5/100", "bytes */100", "lines 0-9/10", "bytes 5-0/9"])
def test_a_range_that_does_not_say_what_came_is_refused(phone, with_photo, span):
    answer = phone.put(photo_address(with_photo), content=b"x" * 10, headers=JPEG | {"Content-Range": span})
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_range")


def test_a_photo_that_is_not_what_was_named_begins_anew(phone, with_photo):
    answer = phone.put(photo_address(with_photo), content=CONTENT[::-1], headers=JPEG)
    assert (answer.status_code, answer.json()["code"]) == (422, "photo_differs")
    assert phone.head(photo_address(with_photo)).headers["upload-offset"] == "0"


def test_what_no_report_names_is_not_found(phone, with_photo):
    assert phone.head(photo_address(with_photo, "0" * 64)).status_code == 404
    assert phone.head(photo_address(new_id())).status_code == 404
    assert phone.get(f"{API}/field/reports/{new_id()}").status_code == 404
    assert phone.get("/api/v1/nobody/field/bundle").status_code == 404


def test_nobody_else_reads_or_sends_for_an_account(phone, planner, visitor, with_photo, store):
    body = report_of(bundle_of(phone), word="x")
    assert send(planner, body, new_id()).status_code == 403
    for other, status in ((planner, 403), (visitor, 401)):
        assert other.get(f"{API}/field/reports/{with_photo}").status_code == status
        assert other.head(photo_address(with_photo)).status_code == status
        sent = other.put(photo_address(with_photo), content=CONTENT, headers=OWN_PAGE | JPEG)
        assert sent.status_code == status
    assert visitor.get(f"{API}/field/bundle").json()["code"] == "signed_out"
    answer = visitor.put(f"{API}/field/reports/{new_id()}", json=body, headers=OWN_PAGE)
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert len(happened(store)) == 1


def test_a_viewer_has_no_bundle(sign_in):
    answer = sign_in("hoa", "viewer").get(f"{API}/field/bundle")
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_an_account_of_the_field_without_panos_gets_an_empty_bundle(sign_in):
    assert bundle_of(sign_in("thu", "field", communes=(LANH,)))["panos"] == []


def test_what_waits_survives_a_sign_in_that_ended(phone, sign_in, store):
    body, report_id = report_of(bundle_of(phone), word="x"), new_id()
    workspaces.people().end_sessions(SYSTEM, "minh")
    assert send(phone, body, report_id).status_code == 401
    phone.cookies.set(COOKIE, workspaces.people().sign_in("minh", PASSWORD, address="test"))
    assert send(phone, body, report_id).status_code == 201
