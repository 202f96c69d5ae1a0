"""The data and people screens as an office uses them: a file with faults, exports, the folder, accounts."""

import csv
import io
import zipfile
from uuid import uuid4

import openpyxl
import pytest
from playwright.sync_api import expect

from geo.check import check_folder
from geo.schema import table
from geo.text import Words
from records.actions import edit
from records.backup import DATABASE
from records.folder_io import fill
from records.history import events
from records.imports.headings import heading_of
from records.journal import Operation
from records.people import People
from records.rights import SYSTEM
from records.settings import Settings, sqlite_url, store_name
from records.store import open_store
from tests.folders import GIA, ROWS, make_folder

WORDS = Words("vi")
PASSWORD = "bốn mùa hoa nở"
LOGINS = {"admin": "quan.tri", "planner": "ke.hoach", "field": "co.so"}
COLUMNS = ("name", "commune_code", "register_status", "households")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return make_folder(tmp_path_factory.mktemp("office") / "data")


@pytest.fixture(scope="module")
def office(serve, folder):
    """A server on a small data folder, with an account of each kind."""
    server = serve(folder)
    with_store(server, folder, begin)
    return server


def with_store(server, folder, deed):
    """Return what a deed makes of the store that a server keeps."""
    var = server.log_path.parent / "var"
    store = open_store(Settings(folder, var, sqlite_url(var / f"{store_name(folder.resolve())}.db")))
    try:
        return deed(store)
    finally:
        store.close()


def begin(store):
    fill(store, Operation(actor=SYSTEM, op_id=str(uuid4()), source="command"))
    people = People(store, "")
    for role, login in LOGINS.items():
        people.add(SYSTEM, login, PASSWORD, name=login.title(), role=role, communes=[GIA])


def sign_in(page, server, login, password=PASSWORD):
    page.goto(f"{server.url}/sign-in")
    page.fill("[name=login]", login)
    page.fill("[name=password]", password)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_page(visit, server, name, role=None, section=None):
    page = visit.page
    if role:
        sign_in(page, server, LOGINS[role])
    page.goto(f"{server.url}/?page={name}")
    expect(page.locator(".st-key-page_body")).to_be_visible()
    if section:
        page.locator(".st-key-data_section").get_by_text(WORDS(f"data.section_{section}")).click()
    return page


def button(page, key, **values):
    return page.get_by_role("button", name=WORDS(key, **values), exact=True)


def download(page, clicked):
    with page.expect_download() as started:
        clicked.click()
    return started.value.path().read_bytes()


def upload(page, name, rows):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([heading_of(column, table("villages"), "vi") for column in COLUMNS])
    writer.writerows(rows)
    file = {"name": name, "mimeType": "text/csv", "buffer": text.getvalue().encode()}
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".counts")).to_be_visible()


def counts(page):
    """Return the counts of the preview by their word."""
    found = {}
    for item in page.locator(".counts li").all_inner_texts():
        value, _, label = item.partition(" ")
        found[label.strip()] = int(value)
    return found


def expected_counts(**given):
    names = ("rows", "new", "changed", "same", "waiting", "rejected")
    return {WORDS(f"data.import.{name}"): given.get(name, 0) for name in names}


def villages(store):
    return store.workspace().villages


def test_an_import_with_faults_from_the_file_to_the_sheet_that_goes_back(desk, office, folder):
    first = ROWS["villages"][0]
    reported = WORDS("terms.register_status.reported")
    rows = [
        ["Xóm Mới <b>", "Vạn Giã", reported, "1.200"],
        [first["name"], "Vạn Giã", WORDS("terms.register_status.official"), "77"],
        ["Xóm Hỏi", "Vạn Thọo", reported, "5"],
        ["Xóm Sai", "Vạn Thọ", reported, "rất đông"],
    ]
    before = with_store(office, folder, villages)
    page = open_page(desk, office, "data", "planner")
    upload(page, "thôn.csv", rows)
    assert counts(page) == expected_counts(rows=4, new=1, changed=1, waiting=1, rejected=1)
    faults = page.get_by_role("region", name=WORDS("data.import.faults")).locator("tbody tr")
    expect(faults.locator("td")).to_have_count(5)
    row, column, value, problem, fix = faults.locator("td").all_inner_texts()
    assert (row, column, value) == ("5", heading_of("households", table("villages"), "vi"), "rất đông")
    assert problem and fix
    changes = page.get_by_role("region", name=WORDS("data.import.changes"))
    expect(changes).to_contain_text("Xóm Mới <b>")
    expect(changes).to_contain_text(f"{WORDS.number(first['households'])} → 77")

    page.get_by_label("Vạn Thọo").click()
    page.get_by_role("option", name="Vạn Thọ").click()
    button(page, "data.import.answer").click()
    expect(page.locator(".st-key-import_again")).to_be_visible()
    expect(changes).to_have_count(1)
    expect(changes).to_contain_text("Xóm Hỏi")
    assert counts(page) == expected_counts(rows=4, new=2, changed=1, rejected=1)
    assert with_store(office, folder, villages).equals(before)

    page.locator(".st-key-import_take button").dblclick()
    expect(
        page.get_by_text(WORDS("data.import.done", n=3, file="thôn.csv", new=2, changed=1))
    ).to_be_visible()
    # The preview of before stays on the page until the run ends.
    expect(page.locator(".counts")).to_have_count(0)
    after = with_store(office, folder, villages)
    assert after.at[first["id"], "households"] == 77
    assert after.set_index("name").at["Xóm Mới <b>", "households"] == 1200
    assert "Xóm Sai" not in set(after["name"])
    assert [event.source for event in happened(office, folder, first["id"])].count("import") == 1

    refused = button(page, "data.import.refused_sheet")
    # While a run goes on, what the one before drew stands beside it.
    expect(refused).to_have_count(1)
    sheet = download(page, refused)
    cells = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(sheet)).active[2]]
    assert cells[: len(rows[3])] == rows[3]
    assert any(problem in str(cell) for cell in cells)
    desk.assert_quiet()


def happened(server, folder, village):
    def read(store):
        with store.reading() as connection:
            return events(connection, "village", village)

    return with_store(server, folder, read)


def test_a_template_comes_prefilled(desk, office):
    page = open_page(desk, office, "data", "planner")
    book = openpyxl.load_workbook(io.BytesIO(download(page, button(page, "data.import.template_filled"))))
    names = {row[1].value for row in book.active.iter_rows(min_row=2)}
    assert {row["name"] for row in ROWS["villages"]} <= names


@pytest.mark.parametrize(("role", "names"), [(None, False), ("field", False), ("planner", True)])
def test_only_the_office_takes_names_of_people_along(desk, office, folder, role, names):
    assignee = "Nguyễn Văn Thợ"
    op = Operation(actor=SYSTEM, op_id=str(uuid4()), source="command")
    with_store(office, folder, lambda store: edit(store, "work", "w1", {"assignee": assignee}, op))
    page = open_page(desk, office, "data", role, "export" if names else None)
    book = openpyxl.load_workbook(io.BytesIO(download(page, page.locator(".st-key-download_xlsx button"))))
    cells = {str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert ROWS["villages"][0]["name"] in cells
    assert (assignee in cells) == names
    assert page.locator(".st-key-download_folder").count() == names


def test_the_folder_that_is_exported_is_accepted(desk, office, tmp_path):
    page = open_page(desk, office, "data", "planner", "export")
    archive = zipfile.ZipFile(io.BytesIO(download(page, page.locator(".st-key-download_folder button"))))
    archive.extractall(tmp_path)
    assert check_folder(tmp_path).faults == ()


def test_what_the_folder_says_anew_is_chosen_row_by_row(desk, office, folder):
    path = folder / "villages.csv"
    content = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(content)))
    rows[1]["note"], rows[2]["note"] = "Chọn *dòng này*", "Không chọn"
    make_folder(folder, villages=rows)
    page = open_page(desk, office, "data", "planner", "folder")
    expect(page.get_by_text("Chọn *dòng này*")).to_be_visible()
    page.get_by_role("checkbox", name=rows[2]["name"]).locator("xpath=ancestor::label").click()
    button(page, "data.folder.take").click()
    expect(page.get_by_text(WORDS("data.folder.done", n=1))).to_be_visible()
    notes = with_store(office, folder, villages)["note"]
    assert (notes[rows[1]["id"]], notes[rows[2]["id"]]) == ("Chọn *dòng này*", "")
    expect(page.get_by_role("checkbox", name=rows[2]["name"])).to_be_attached()
    expect(page.get_by_role("checkbox", name=rows[1]["name"])).not_to_be_attached()
    make_folder(folder)


def test_a_backup_is_made_and_downloaded(desk, office):
    page = open_page(desk, office, "data", "admin", "backup")
    button(page, "data.backup.make").click()
    made = page.locator("[class*=st-key-download_] button").first
    expect(made).to_be_visible()
    assert DATABASE in zipfile.ZipFile(io.BytesIO(download(page, made))).namelist()


def test_each_sees_the_sections_that_the_account_allows(desk, office):
    page = open_page(desk, office, "data", "planner")
    tabs = [WORDS(f"data.section_{name}") for name in ("import", "phone", "export", "report", "folder")]
    expect(page.locator(".st-key-data_section button")).to_have_text(tabs)
    page.goto(f"{office.url}/?page=people")
    expect(page.locator(".st-key-bar")).to_be_visible()
    expect(page.get_by_text(LOGINS["admin"])).to_have_count(0)


def test_an_account_is_added_used_and_disabled(desk, office, open_visit):
    page = open_page(desk, office, "people", "admin")
    fields = {"login": "lan.tran", "name": "Trần Thị Lan", "password": "ngắn"}
    for name, value in fields.items():
        page.get_by_label(WORDS(f"data.people.{name}"), exact=True).fill(value)
    page.get_by_label(WORDS("data.people.communes")).click()
    page.get_by_role("option", name="Vạn Giã").click()
    page.keyboard.press("Escape")
    add = page.locator(".st-key-people_one").get_by_test_id("stBaseButton-primaryFormSubmit")
    add.click()
    alert = page.locator(".st-key-page_body [role=alert]")
    expect(alert).to_be_visible()
    assert page.get_by_label(WORDS("data.people.name"), exact=True).input_value() == fields["name"]
    page.get_by_label(WORDS("data.people.password"), exact=True).fill(PASSWORD)
    add.click()
    expect(page.get_by_text(WORDS("data.people.added", login=fields["login"]))).to_be_visible()

    other = open_visit(viewport={"width": 1440, "height": 900}).page
    sign_in(other, office, fields["login"])
    expect(other.get_by_text(fields["name"])).to_be_visible()
    page.get_by_role("button", name=fields["name"]).click()
    button(page, "data.people.disable").click()
    button(page, "data.people.disable_yes").click()
    expect(page.get_by_text(WORDS("data.people.disabled", login=fields["login"]))).to_be_visible()
    other.reload()
    expect(other.get_by_text(WORDS("screen.sign_in"))).to_be_visible()
    desk.assert_quiet()


def test_who_has_not_signed_in_sees_only_the_way_in_once_an_administrator_says_so(desk, office, open_visit):
    page = open_page(desk, office, "people", "admin")
    page.get_by_text(WORDS("data.people.readers_signed_in"), exact=True).click()
    expect(page.get_by_text(WORDS("data.people.readers_now_signed_in"))).to_be_visible()
    visit = open_visit(viewport={"width": 360, "height": 740})
    other = visit.page
    other.goto(f"{office.url}/?page=work")
    expect(other.get_by_role("heading", name=WORDS("screen.closed"))).to_be_visible()
    expect(other.locator(".st-key-bar")).to_have_count(0)
    expect(other.locator("iframe")).to_have_count(0)
    assert visit.axe_faults() == []
    with other.expect_navigation():
        other.get_by_role("link", name=WORDS("screen.sign_in")).click()
    other.fill("[name=login]", LOGINS["planner"])
    other.fill("[name=password]", PASSWORD)
    with other.expect_navigation():
        other.keyboard.press("Enter")
    expect(other.locator(".st-key-bar")).to_be_visible()
    assert "page=work" in other.url
    page.get_by_text(WORDS("data.people.readers_all"), exact=True).click()
    expect(page.get_by_text(WORDS("data.people.readers_now_all"))).to_be_visible()
    visit.assert_quiet()
    desk.assert_quiet()


def test_what_streamlit_says_by_itself_is_said_in_the_readers_language(desk, office):
    page = open_page(desk, office, "people", "admin")
    expect(page.get_by_role("button", name=WORDS("screen.label_show_password"))).to_be_visible()
    communes = page.get_by_label(WORDS("data.people.communes"))
    communes.click()
    page.keyboard.type("không có xã này")
    nothing = page.get_by_role("listbox").get_by_text(WORDS("screen.label_no_results"))
    expect(nothing).to_be_visible()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Delete")
    expect(nothing).to_have_count(0)
    page.get_by_role("option", name="Vạn Giã").click()
    page.keyboard.press("Escape")
    chosen = WORDS("screen.label_remove", gap="Vạn Giã")
    expect(page.get_by_role("button", name=chosen)).to_be_visible()
    page.locator(".st-key-lang").get_by_text("EN").click()
    english = Words("en")
    chosen = english("screen.label_remove", gap="Vạn Giã")
    expect(page.get_by_role("button", name=chosen)).to_be_visible()
    expect(page.get_by_role("button", name=english("screen.label_show_password"))).to_be_visible()
    desk.assert_quiet()


@pytest.mark.parametrize("section", ["import", "export", "folder", "backup"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_the_screen_fits_and_can_be_read(request, office, size, section):
    visit = request.getfixturevalue(size)
    page = open_page(visit, office, "data", "admin", section)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert visit.axe_faults(".st-key-page_body") == []
    visit.assert_quiet()
