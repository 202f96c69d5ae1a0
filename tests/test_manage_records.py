"""The commands that keep the record: files in and out, backups, accounts; told in both languages."""

import csv
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner

from commands.record import IMPORTABLE
from geo.check import check_folder
from geo.schema import TABLES, table
from geo.text import LANGUAGES, Words
from manage import cli
from records.actions import edit
from records.errors import PeopleError, WrongPassword
from records.imports.headings import heading_of
from records.imports.preview import IMPORTABLE as READABLE
from records.journal import Operation
from records.rights import ROLES, SYSTEM
from records.workspaces import people, store_of
from tests.folders import GIA, ROWS, make_folder, with_row

PASSWORD = "bốn mùa hoa nở"
BOTH = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(autouse=True)
def installation(tmp_path, monkeypatch):
    """An installation of its own, over the small valid data folder."""
    monkeypatch.setenv("OUTREACH_DATA", str(make_folder(tmp_path / "data")))
    monkeypatch.setenv("OUTREACH_VAR", str(tmp_path / "var"))
    monkeypatch.delenv("OUTREACH_DB", raising=False)
    return tmp_path


def run(*args, **options):
    return CliRunner().invoke(cli, [str(arg) for arg in args], **options)


def villages(installation):
    """Return the store's villages as `export` writes them."""
    folder = installation / "out"
    assert run("export", folder).exit_code == 0
    with (folder / "villages.csv").open(encoding="utf-8") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


@pytest.fixture
def file(installation):
    """An office's file: a new village, a changed one, one as it was, and one whose count is no number."""
    path = installation / "thôn.csv"
    columns = ("id", "name", "commune_code", "register_status", "households")
    first, second, third, *_ = ROWS["villages"]
    rows = [
        {"id": "v-new", "name": "Xóm Mới", "commune_code": GIA, "register_status": "reported"},
        first | {"households": "77"},
        second,
        third | {"households": "rất đông"},
    ]
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text)
        writer.writerow([heading_of(name, table("villages"), "vi") for name in columns])
        writer.writerows([row.get(name, "") for name in columns] for row in rows)
    return path


def test_every_kind_that_can_be_read_can_be_imported():
    assert IMPORTABLE == READABLE


def test_import_prints_the_contract_and_takes_in_the_good_rows(file, installation):
    before = villages(installation)
    done = run("import", file, "--kind", "villages", "--format", "json")
    report = json.loads(done.stdout)
    assert done.exit_code == 1
    assert list(report) == ["rows", "accepted", "rejected", "faults"]
    assert (report["rows"], report["accepted"], report["rejected"]) == (4, 3, 1)
    (fault,) = report["faults"]
    assert list(fault) == ["file", "row", "column", "value", "problem", "fix"]
    assert (fault["file"], fault["row"], fault["value"]) == (file.name, 5, "rất đông")
    after = villages(installation)
    assert after.pop("v-new")["name"] == "Xóm Mới"
    changed = {key for key in after if after[key] != before[key]}
    first = ROWS["villages"][0]["id"]
    assert changed == {first}
    assert after[first] == before[first] | {"households": "77"}


@BOTH
def test_a_dry_run_says_the_same_and_keeps_nothing(file, installation, lang):
    before = villages(installation)
    dry = run("import", file, "--kind", "villages", "--dry-run", "--lang", lang)
    assert dry.exit_code == 1
    assert Words(lang)("cli.import.would", new=1, changed=1, same=1) in dry.stdout
    assert "“rất đông”" in dry.stdout
    assert villages(installation) == before
    wet = run("import", file, "--kind", "villages", "--lang", lang)
    assert Words(lang)("cli.import.did", new=1, changed=1, same=1) in wet.stdout
    assert dry.stdout.splitlines()[:-1] == wet.stdout.splitlines()[:-1]


def test_the_same_file_again_changes_nothing(file, installation):
    run("import", file, "--kind", "villages")
    events = store_of("own").version
    done = run("import", file, "--kind", "villages")
    assert Words("vi")("cli.import.did", new=0, changed=0, same=3) in done.stdout
    assert store_of("own").version == events


def test_what_only_the_store_refuses_is_a_fault_of_its_row_in_a_dry_run_too(installation):
    work = ROWS["works"][0]
    path = make_folder(installation / "changed", works=with_row("works", 0, state="done")) / "works.csv"
    for options in (["--dry-run"], []):
        done = run("import", path, "--kind", "works", "--format", "json", *options)
        (fault,) = json.loads(done.stdout)["faults"]
        assert (done.exit_code, fault["row"]) == (1, 2)
        assert fault["problem"] == Words("vi")("records.refused.state_by_step")
    assert store_of("own").workspace().works.at[work["id"], "state"] == work["state"]


def test_what_export_writes_check_and_import_accept(installation):
    folder = installation / "out"
    assert run("export", folder).exit_code == 0
    assert check_folder(folder).faults == ()
    for one in TABLES:
        if one.name in IMPORTABLE:
            report = json.loads(
                run("import", folder / one.file, "--kind", one.name, "--dry-run", "--format", "json").stdout
            )
            assert (report["faults"], report["accepted"]) == ([], len(ROWS[one.name]))


@BOTH
def test_a_file_that_is_not_there(installation, lang):
    done = run("import", installation / "none.csv", "--kind", "panos", "--lang", lang)
    assert (done.exit_code, done.stdout) == (2, "")
    assert Words(lang)("cli.error.line", problem="").strip() in done.stderr
    assert "none.csv" in done.stderr


def test_a_file_that_is_no_table_is_refused(installation):
    path = installation / "photo.csv"
    path.write_bytes(bytes(range(256)))
    done = run("import", path, "--kind", "panos", "--format", "json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["accepted"], report["faults"][0]["row"]) == (1, 0, None)


def test_a_backup_goes_back_only_over_what_is_named(file, installation):
    backup = installation / "b.zip"
    before = villages(installation)
    assert run("backup", backup).exit_code == 0
    run("import", file, "--kind", "villages")
    changed = villages(installation)
    refused = run("restore", backup)
    assert refused.exit_code == 2
    version = store_of("own").version
    assert str(version) in refused.stderr
    assert villages(installation) == changed
    for number in ("-1", "nan", "1e300", "9" * 5000):
        done = run("restore", backup, "--replaces", number)
        assert (done.exit_code, done.stderr.startswith("Lỗi: --replaces: ")) == (2, True), number
    done = run("restore", backup, "--replaces", version)
    assert done.exit_code == 0
    assert villages(installation) == before
    (saved,) = (installation / "var" / "backups").glob("*.zip")
    assert saved.name in done.stdout


def test_a_backup_goes_into_a_new_installation_without_its_data_folder(installation, monkeypatch):
    backup = installation / "b.zip"
    before = villages(installation)
    run("backup", backup)
    monkeypatch.setenv("OUTREACH_VAR", str(installation / "other"))
    monkeypatch.setenv("OUTREACH_DATA", str(installation / "nowhere"))
    assert run("restore", backup).exit_code == 0
    assert villages(installation) == before


def test_what_is_no_backup_is_refused(file):
    done = run("restore", file)
    assert done.exit_code == 2
    assert Words("vi")("records.refused.not_a_backup", file=file.name) in done.stderr


def test_accounts_are_added_listed_and_disabled():
    added = run("user", "add", "lan.tran", "--name", "Trần Lan", "--role", "planner", input=PASSWORD + "\n")
    assert added.exit_code == 0
    assert people().sign_in("lan.tran", PASSWORD, address="127.0.0.1")
    listed = run("user", "list").stdout
    assert "Trần Lan" in listed and PASSWORD not in listed
    # Else the last administrator would be the only one, and none was there to be disabled.
    assert run("user", "disable", "lan.tran").exit_code == 0
    (account,) = people().accounts(SYSTEM)
    assert account.disabled_at is not None
    with pytest.raises(WrongPassword):
        people().sign_in("lan.tran", PASSWORD, address="127.0.0.1")


def test_field_staff_act_in_communes_that_exist():
    options = ("--name", "Minh", "--role", "field", "--communes")
    wrong = run("user", "add", "minh", *options, f"{GIA},99999", input=PASSWORD + "\n")
    assert wrong.exit_code == 2
    assert Words("vi")("cli.error.no_commune", code="99999") in wrong.stderr
    assert run("user", "add", "minh", *options, GIA, input=PASSWORD + "\n").exit_code == 0
    assert people().accounts(SYSTEM)[0].communes == {GIA}


@BOTH
def test_what_people_get_wrong_is_told(lang):
    words = Words(lang)
    short = run("user", "add", "a.b", "--name", "A", "--role", ROLES[1], "--lang", lang, input="x\n")
    assert short.exit_code == 2
    assert PeopleError("communes_missing").explain(words) in short.stderr
    unknown = run("user", "disable", "nobody", "--lang", lang)
    assert PeopleError("login_unknown", login="nobody").explain(words) in unknown.stderr
    missing = run("restore", "--lang", lang)
    assert words("cli.error.missing_option", name="F") in missing.stderr


@BOTH
def test_a_store_that_cannot_be_opened_is_told_without_a_traceback(lang, monkeypatch):
    monkeypatch.setenv("OUTREACH_DB", "postgresql://nobody:secret@127.0.0.1:1/none?connect_timeout=1")
    done = run("export", "out", "--lang", lang)
    assert done.exit_code == 2
    assert Words(lang)("cli.error.store", reason="").split(".")[0].rstrip(": ") in done.stderr
    assert "secret" not in done.stderr


def reached(*args):
    done = run("coverage", "--format", "json", *args)
    assert done.exit_code == 0, done.output
    return {village["id"] for village in json.loads(done.stdout)["villages"] if village["now"] == "reached"}


def test_coverage_and_map_of_a_past_day_are_as_recorded_by_then(installation):
    store = store_of("own")
    day = store.today - timedelta(days=10)
    broken_on = store.clock() - timedelta(days=5)
    op = Operation(actor=SYSTEM, op_id=str(uuid4()), source="command", happened_at=broken_on)
    edit(store, "pano", "p1", {"condition": "major_damage"}, op)
    as_filled = reached()
    assert reached("--recorded", "--on", day.isoformat()) == reached("--on", day.isoformat()) == as_filled
    # The folder has not heard of it.
    after = reached("--recorded")
    assert after < as_filled and reached() == as_filled

    def map_of(*args):
        path = installation / "map.html"
        done = run("map", "-o", path, *args)
        assert done.exit_code == 0, done.output
        # folium gives every map a name of its own.
        return re.sub("[0-9a-f]{32}", "", path.read_text(encoding="utf-8"))

    assert map_of("--recorded", "--on", day.isoformat()) == map_of("--on", day.isoformat())
    assert map_of("--recorded") != map_of()


@BOTH
@pytest.mark.parametrize("command", [("coverage",), ("map", "-o", "map.html")])
def test_the_record_is_asked_or_a_folder_but_not_both(installation, command, lang):
    done = run(*command, "--recorded", "--data", installation / "data", "--lang", lang)
    assert done.exit_code == 2
    assert Words(lang)("cli.error.data_or_recorded") in done.output
