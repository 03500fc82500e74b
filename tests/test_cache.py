"""What was read is not read again; and whatever the cache holds, no reading is ever wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cchc_xlsx import api
from cchc_xlsx.cache import NAME, Cache, cache_folder
from cchc_xlsx.form import Form
from cchc_xlsx.form_file import load_form
from cchc_xlsx.reader import read
from cchc_xlsx.reader.encoded import decoded, encoded
from cchc_xlsx.submission import Reading
from cchc_xlsx.workers import HERE
from tests.command import run
from tests.many import write_many
from tests.small_form import write_small_form

SAMPLES = sorted((Path(__file__).parent.parent / "samples").glob("*/*.xlsx"))
CONTENTS = [path.read_bytes() for path in SAMPLES]


@pytest.fixture(scope="module")
def readings(form: Form) -> list[Reading]:
    return [read(content, "", form) for content in CONTENTS]


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder that holds nothing yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder()


def fill(folder: Path, form: Form, readings: Sequence[Reading], largest: int = 2**27) -> None:
    with Cache(form, folder, largest) as cache:
        for reading in readings:
            cache.remember(reading, encoded(reading))


# --- a reading as bytes ---------------------------------------------------------------------------


def test_a_reading_comes_back_as_it_was(readings: list[Reading]) -> None:
    for reading in readings:
        again = decoded(encoded(reading))
        assert again == reading
        assert repr(again) == repr(reading), "a whole number has become a fraction, or so"


@given(st.binary(max_size=200))
def test_bytes_that_are_no_reading_are_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        decoded(data)


# --- what is remembered ---------------------------------------------------------------------------


class Counting(Executor):
    """Counts the files that are read."""

    def __init__(self) -> None:
        self.files = 0

    def submit(self, function: Callable[..., object], /, *arguments: object, **_: object) -> Future:  # type: ignore[type-arg]
        if isinstance(arguments[-1], list):
            self.files += len(arguments[-1])
        return HERE.submit(function, *arguments)


@pytest.mark.usefixtures("own")
def test_a_folder_read_again_after_two_new_mails_reads_only_the_two(tmp_path: Path) -> None:
    small, inbox = write_small_form(tmp_path / "form"), tmp_path / "inbox"
    form = load_form(small)
    write_many(inbox, form, 30)
    first, second = Counting(), Counting()
    api.check([inbox], form=small, executor=first, cache=True)
    write_many(inbox, form, 2, first=30)
    again = api.check([inbox], form=small, executor=second, cache=True)
    assert (first.files, second.files) == (30, 2)
    assert again == api.check([inbox], form=small)


def test_nothing_is_kept_unless_it_is_wanted(own: Path) -> None:
    api.check(SAMPLES[:1])
    run("check", SAMPLES[2], "--no-cache", status=0)
    assert not own.exists()
    run("check", SAMPLES[2], status=0)
    assert [path.name for path in own.iterdir()] == [NAME]


def test_a_file_of_another_name_is_known(form: Form, own: Path, tmp_path: Path) -> None:
    api.check(SAMPLES[1:2], cache=True)
    (tmp_path / "khác.xlsx").write_bytes(CONTENTS[1])
    counting = Counting()
    batch = api.check([tmp_path / "khác.xlsx"], executor=counting, cache=True)
    assert counting.files == 0
    assert {finding.file for finding in batch.findings} == {f"{tmp_path}/khác.xlsx"}


def test_what_cannot_be_opened_is_tried_again(form: Form, tmp_path: Path) -> None:
    unreadable = read(b"PK\x03\x04", "", form)
    fill(tmp_path, form, [unreadable])
    with Cache(form, tmp_path) as cache:
        assert cache.recall(b"PK\x03\x04") is None


def test_another_form_knows_nothing(form: Form, readings: list[Reading], tmp_path: Path) -> None:
    fill(tmp_path, form, readings)
    with Cache(form, tmp_path) as cache:
        assert [cache.recall(content) for content in CONTENTS] == readings
    with Cache(replace(form, digest="0"), tmp_path) as cache:
        assert [cache.recall(content) for content in CONTENTS] == [None] * len(readings)


def test_it_never_grows_beyond_its_bound(
    form: Form, readings: list[Reading], tmp_path: Path
) -> None:
    bound = 200_000
    many = [
        replace(each, submission=replace(each.submission, sha256=f"{number:064x}"))
        for number in range(200)
        for each in readings[:1]
    ]
    fill(tmp_path, form, many, bound)
    fill(tmp_path, form, readings, bound)
    assert (tmp_path / NAME).stat().st_size < 12_000 * len(many)
    database = sqlite3.connect(tmp_path / NAME)
    (kept,) = database.execute("SELECT sum(length(value)) FROM readings").fetchone()
    database.close()
    assert kept < bound
    with Cache(form, tmp_path) as cache:
        assert [cache.recall(content) for content in CONTENTS] == readings


# --- what is wrong with it ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sound(form: Form, readings: list[Reading], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a cache that knows the samples."""
    folder = tmp_path_factory.mktemp("sound")
    fill(folder, form, readings)
    return (folder / NAME).read_bytes()


def recalled(form: Form, folder: Path) -> Iterator[Reading | None]:
    with Cache(form, folder) as cache:
        yield from [cache.recall(content) for content in CONTENTS]


@settings(deadline=None)
@given(data=st.data())
def test_a_damaged_file_gives_no_wrong_reading(
    data: st.DataObject,
    form: Form,
    sound: bytes,
    readings: list[Reading],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder, damaged = tmp_path_factory.mktemp("damaged"), bytearray(sound)
    for at in data.draw(st.lists(st.integers(0, len(sound) - 1), min_size=1, max_size=40)):
        damaged[at] ^= data.draw(st.integers(1, 255))
    length = data.draw(st.sampled_from([len(sound), len(sound) // 2, 100, 0]))
    (folder / NAME).write_bytes(damaged[:length])
    for found, true in zip(recalled(form, folder), readings, strict=True):
        assert found in (None, true)
    for _ in range(3):  # what is found out to be damaged is begun anew
        fill(folder, form, readings)
        found_again = [*recalled(form, folder)]
    assert found_again == readings


def test_a_reading_under_another_key_is_not_believed(
    form: Form, sound: bytes, readings: list[Reading], tmp_path: Path
) -> None:
    (tmp_path / NAME).write_bytes(sound)
    database = sqlite3.connect(tmp_path / NAME)
    values = [value for (value,) in database.execute("SELECT value FROM readings ORDER BY key")]
    keys = [key for (key,) in database.execute("SELECT key FROM readings ORDER BY key")]
    with database:
        for key, value in zip(keys, values[1:] + values[:1], strict=True):
            database.execute("UPDATE readings SET value = ? WHERE key = ?", (value, key))
    database.close()
    assert [*recalled(form, tmp_path)] == [None] * len(readings)
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("kind", ["text", "folder", "other table", "locked", "a file as folder"])
def test_a_file_of_somebody_elses_costs_nothing(
    kind: str, form: Form, readings: list[Reading], tmp_path: Path
) -> None:
    folder = tmp_path / "cache"
    if kind == "a file as folder":
        folder.write_bytes(b"x")
    elif kind == "folder":
        (folder / NAME).mkdir(parents=True)
    else:
        folder.mkdir()
    other = sqlite3.connect(folder / NAME) if kind in ("other table", "locked") else None
    if other:
        other.execute("CREATE TABLE readings (a)")
        other.commit()
    if other and kind == "locked":
        other.execute("BEGIN EXCLUSIVE")
    if kind == "text":
        (folder / NAME).write_text("không phải là cơ sở dữ liệu" * 100, encoding="utf-8")
    fill(folder, form, readings)
    assert {each is None for each in recalled(form, folder)} <= {True, False}
    if other:
        other.close()
