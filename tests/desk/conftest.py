"""The records desk to test at: one archive with people and papers."""

from pathlib import Path

import pytest

from tests.desk.office import Office, make_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """An archive with staff, for one test."""
    return make_office(tmp_path)
