"""Fixtures that several test modules share."""

from __future__ import annotations

import os

import pytest

from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content
from tests import office, programs
from tests.engines import IRONCALC, LIBREOFFICE, Engine
from tests.seed import seed_entries, seed_notes


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("libreoffice") and not office.is_installed():
        pytest.skip("LibreOffice is not installed: there is no soffice on the PATH")
    if item.get_closest_marker("programs") and (absent := programs.missing()):
        pytest.skip(f"Not installed, or not found through PATH and NODE_PATH: {', '.join(absent)}")


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The commands remember what they read in a folder of this run, not in the user's."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="session")
def form() -> Form:
    """The form that this project was made for."""
    return load_form()


@pytest.fixture(scope="session")
def seed_content(form: Form) -> Content:
    """The workbook as the office of the seed filled it in."""
    return Content(
        form=form,
        period=form.period("2022-Q3"),
        unit=ReportingUnit("H51.05", "Sở Tài nguyên và Môi trường tỉnh Sóc Trăng"),
        entries=seed_entries(),
        notes=seed_notes(),
    )


@pytest.fixture(
    params=[pytest.param(LIBREOFFICE, marks=pytest.mark.libreoffice), IRONCALC],
    ids=lambda engine: engine.name,
)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each program that calculates workbooks anew."""
    found: Engine = request.param
    return found
