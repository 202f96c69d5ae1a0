"""The house rules that no other test would notice: import direction, module size, words, assets, locks."""

from __future__ import annotations

import ast
import re
import shutil
import string
import subprocess
import sys
import unicodedata
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from geo import terms
from geo.text import LANGUAGES, LOCALE_DIR, catalogue

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "geo": {"geo"},
    "records": {"records", "geo"},
    "reports": {"reports", "records", "geo"},
    "views": {"views", "reports", "records", "geo"},
    "web": {"web", "reports", "records", "geo"},
    "commands": {"commands", "reports", "records", "geo"},
}
SERVING = {"streamlit", "streamlit_folium", "starlette", "fastapi", "uvicorn"}
KEPT_OUT = {
    "geo": SERVING | {"sqlalchemy", "sqlite3", "http", "urllib", "requests"},
    "records": SERVING,
    "reports": SERVING,
    "commands": SERVING,
}
HOUSE = (*MAY_IMPORT, "tools", "benchmarks")
PROGRAM = (*MAY_IMPORT, "app.py", "manage.py")
MIN_LINES, MAX_LINES = 50, 500
MAX_TRACKED_BYTES = 1_500_000
FILE_ENDINGS = (
    r"\.html",
    r"\.js",
    r"\.css",
    r"\.csv",
    r"\.json",
    r"\.geojson",
    r"\.toml",
    r"\.png",
    r"\.pdf",
    # A column of the store: a key of another table.
    r"\.id",
)
CDN = re.compile(r"//[\w.-]*(?:cdn|unpkg|jsdelivr|googleapis|gstatic|code\.jquery|cloudflare)[\w.-]*")


def python_files(*places: str) -> list[Path]:
    found = []
    for place in places:
        path = ROOT / place
        found += sorted(path.rglob("*.py")) if path.is_dir() else [path] if path.exists() else []
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imported(path: Path) -> set[str]:
    """Return the top-level names that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module.split(".")[0] if node.level == 0 else path.relative_to(ROOT).parts[0])
    return names


def holds_only_a_table(path: Path) -> bool:
    plain = (ast.Expr, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    return all(isinstance(node, plain) for node in tree_of(path).body)


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_imports_run_one_way(package):
    house = {*HOUSE, "app", "manage", "tests"}
    wrong = {
        name_of(path): sorted(names)
        for path in python_files(package)
        if (names := imported(path) & (house - MAY_IMPORT[package] | KEPT_OUT.get(package, set())))
    }
    assert wrong == {}


@pytest.mark.parametrize("path", python_files(*HOUSE), ids=name_of)
def test_module_says_its_job_and_keeps_its_size(path):
    text = path.read_text(encoding="utf-8")
    if path.name == "__init__.py" and not text:
        return
    docstring = ast.get_docstring(tree_of(path)) or ""
    assert docstring.split("\n")[0].endswith("."), "open with one sentence that says the module's job"
    lines = len(text.splitlines())
    assert lines <= MAX_LINES
    is_migration = "migrations" in path.parts
    assert lines >= MIN_LINES or path.name == "__init__.py" or is_migration or holds_only_a_table(path)


def test_nothing_comes_from_a_cdn():
    found = {}
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        if path.suffix not in {".py", ".html", ".js", ".css"} or not path.is_file():
            continue
        if inside.parts[0].startswith(".") or "vendor" in inside.parts or inside.parts[0] in ("build", "var"):
            continue
        if hits := CDN.findall(path.read_text(encoding="utf-8")):
            found[inside.as_posix()] = hits
    assert found == {}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_languages_have_the_same_words_and_placeholders():
    first, *others = (catalogue(lang) for lang in LANGUAGES)
    for other in others:
        # Vietnamese has no plural: where English has a singular besides, the other form serves for both.
        assert {k for k in first if not k.endswith(".one")} == {k for k in other if not k.endswith(".one")}
        differing = {
            k for k in first.keys() & other.keys() if placeholders(first[k]) != placeholders(other[k])
        }
        assert differing == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_are_filled_in_and_composed(lang):
    texts = catalogue(lang)
    assert {key for key, text in texts.items() if not text.strip()} == set()
    assert {key for key, text in texts.items() if not unicodedata.is_normalized("NFC", text)} == set()


def named_texts(node: ast.Assign) -> bool:
    """Return whether a class says in ``texts`` where its words stand, see `geo.errors.WordedError`."""
    return isinstance(node.value, ast.Constant) and [ast.unparse(one) for one in node.targets] == ["texts"]


def keys_named(path: Path) -> set[re.Pattern[str]]:
    """Return the keys that a module's texts name, with anything in place of an f-string's values."""
    files = "|".join(toml.stem for toml in sorted((LOCALE_DIR / LANGUAGES[0]).glob("*.toml")))
    shape = re.compile(rf"(?:{files})(?:\.\w+)+(?<!{')(?<!'.join(FILE_ENDINGS)})")
    named = set()
    nodes = list(ast.walk(tree_of(path)))
    inside = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for texts in (node.value for node in nodes if isinstance(node, ast.Assign) and named_texts(node)):
        # The errors of a class have their texts under one name.
        named.add(re.compile(rf"{re.escape(texts.value)}\.\w+"))
        inside.add(id(texts))
    for node in nodes:
        whole = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside
        if whole and shape.fullmatch(node.value):
            named.add(re.compile(re.escape(node.value)))
        elif isinstance(node, ast.JoinedStr):
            parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
            if shape.fullmatch("".join("x" if part is None else part for part in parts)):
                named.add(
                    re.compile("".join(r"[\w.]+" if part is None else re.escape(part) for part in parts))
                )
    return named


@pytest.mark.parametrize("path", python_files(*PROGRAM), ids=name_of)
def test_every_word_that_is_named_exists(path):
    known = {key.removesuffix(".one").removesuffix(".other") for key in catalogue(LANGUAGES[0])}
    missing = {key.pattern for key in keys_named(path) if not any(map(key.fullmatch, known))}
    assert missing == set()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    ("table", "vocabulary"),
    [
        ("channel", terms.CHANNELS),
        ("class", terms.CLASSES),
        ("basis", terms.BASES),
        ("status", terms.PANO_STATUSES),
        ("state", terms.PANO_STATES),
        ("condition", terms.PANO_CONDITIONS),
        ("work_kind", terms.WORK_KINDS),
        ("work_state", terms.WORK_STATES),
        ("activity_state", terms.ACTIVITY_STATES),
        ("scope", terms.ACTIVITY_SCOPES),
        ("register_status", terms.REGISTER_STATUSES),
    ],
)
def test_every_term_has_its_word(table, vocabulary, lang):
    prefix = f"terms.{table}."
    worded = {key.removeprefix(prefix) for key in catalogue(lang) if key.startswith(prefix)}
    assert worded == set(vocabulary)


def documents() -> list[Path]:
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "data").rglob("*.md")])


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("path", documents(), ids=name_of)
def test_documents_name_what_exists(path):
    text = path.read_text(encoding="utf-8")
    assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.MULTILINE)) <= make_targets()
    links = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("readme", ["README.md", "README.vi.md"])
def test_readme_names_every_command(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert {target for target in make_targets() if f"make {target}" not in text} == set()


def requirements(name: str) -> list[Requirement]:
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text(encoding="utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-r")]


@pytest.mark.parametrize(
    ("ranges", "lock"),
    [
        ("requirements.txt", "requirements.lock"),
        ("requirements.txt", "requirements-dev.lock"),
        ("requirements-dev.txt", "requirements-dev.lock"),
    ],
)
def test_lock_fits_the_ranges(ranges, lock):
    pinned: dict[str, set[str]] = {}
    for pin in requirements(lock):
        assert pin.url is None
        (exact,) = pin.specifier
        assert exact.operator == "=="
        pinned.setdefault(canonicalize_name(pin.name), set()).add(exact.version)
    for wanted in requirements(ranges):
        versions = pinned.get(canonicalize_name(wanted.name), set())
        assert versions, f"{lock} lacks {wanted.name}: make lock"
        assert all(wanted.specifier.contains(version) for version in versions), wanted


@pytest.mark.parametrize(
    ("places", "lists"),
    [
        (PROGRAM, ["requirements.txt"]),
        (("tools", "benchmarks", "tests"), ["requirements.txt", "requirements-dev.txt"]),
    ],
)
def test_what_is_imported_is_required(places, lists):
    required = {canonicalize_name(wanted.name) for name in lists for wanted in requirements(name)}
    ours = {*HOUSE, "app", "manage", "tests", *sys.stdlib_module_names}
    providers = packages_distributions()
    unlisted = {
        (name_of(path), name)
        for path in python_files(*places)
        for name in imported(path) - ours
        if required.isdisjoint(map(canonicalize_name, providers.get(name, [name])))
    }
    assert unlisted == set()


@pytest.mark.skipif(
    not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a git clone: nothing is tracked"
)
def test_no_tracked_file_is_large():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    tracked = (ROOT / name for name in listed.stdout.split("\0") if name)
    large = {name_of(path) for path in tracked if path.exists() and path.stat().st_size > MAX_TRACKED_BYTES}
    assert large == set()
