"""Fixtures that several test modules share."""

from __future__ import annotations

import os
from random import randrange

import pytest
from hypothesis import settings

from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.roster import ReportingUnit
from cchc_xlsx.template import Content
from tests import draws, office, programs
from tests.engines import IRONCALC, LIBREOFFICE, Engine
from tests.seed import seed_entries, seed_notes

# What fails says how to see it again; all else is as the profile in use has it.
settings.register_profile("said", settings.default, print_blob=True)
settings.load_profile("said")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Draw the seed of hypothesis where none is given; workers of xdist are given it."""
    if config.getoption("hypothesis_seed") is None:
        config.option.hypothesis_seed = str(randrange(2**32))


def pytest_report_header(config: pytest.Config) -> str:
    return (
        f"seeds: edges of the rules {draws.EDGES}, expressions {draws.EXPRESSIONS}, "
        f"--hypothesis-seed={config.getoption('hypothesis_seed')}"
    )


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What tests counted, whichever worker ran them."""
    reports = [each for kind in ("passed", "failed") for each in terminalreporter.getreports(kind)]
    counted = [text for each in reports for name, text in each.user_properties
               if name == draws.COUNTED and each.when == "call"]  # fmt: skip
    if counted:
        terminalreporter.section("counted")
    for text in sorted(map(str, counted)):
        terminalreporter.write_line(text)


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
