"""What the tests of imports share: a small workspace, and files as an office makes them."""

import pytest

from geo.folder import read_workspace
from geo.text import Words
from records.imports.preview import read_office_file
from tests.folders import make_folder


@pytest.fixture(scope="session")
def context(tmp_path_factory):
    """Return the workspace of the valid folder."""
    return read_workspace(make_folder(tmp_path_factory.mktemp("known")))


@pytest.fixture(scope="session")
def words():
    return Words("vi")


@pytest.fixture(scope="session")
def take_in(context):
    """Return a reader of files, given as bytes or as rows of cells."""

    def take_in(content, kind="panos", *, lang="vi", answers=None, known=context):
        if not isinstance(content, bytes):
            content = "\n".join(";".join(map(str, row)) for row in content).encode()
        return read_office_file(content, "tệp.csv", kind, context=known, lang=lang, answers=answers)

    return take_in
