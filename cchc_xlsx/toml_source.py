"""TOML files whose faults can be told with their place: file, line, reason."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple, NoReturn, TypeVar

from cchc_xlsx.errors import ExpressionError, FormError, system_reason

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")

LONGEST_REMARK = 255
"""Hints, reasons and cautions stand in one cell or in a comment of Excel."""

Choice = TypeVar("Choice", bound=StrEnum)


class Source(NamedTuple):
    """A TOML file: its text for telling lines, its data for reading."""

    path: Path
    content: str
    data: Mapping[str, Any]

    @staticmethod
    def read(path: Path) -> Source:
        """Read a file. Raises `FormError` when it is missing, no UTF-8 or no TOML."""
        try:
            content = path.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise FormError(f"{path}: không đọc được tệp ({system_reason(error)}).") from error
        except UnicodeDecodeError as error:
            raise FormError(f"{path}: tệp phải là văn bản UTF-8.") from error
        try:
            return Source(path, content, tomllib.loads(content))
        except tomllib.TOMLDecodeError as error:
            raise FormError(f"{path}: sai cú pháp TOML: {error}.") from error

    def refuse(self, reason: str) -> NoReturn:
        """Raise `FormError` with the place."""
        raise FormError(f"{self.path}: {reason}.")

    @property
    def top(self) -> Entry:
        """The keys of the file itself, outside any table."""
        return Entry(self, "", self.data)

    def entries(self, key: str) -> list[Entry]:
        """The tables of the array `key`, each with the line it begins in."""
        tables = self.data.get(key)
        is_list = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
        if not is_list or not tables:
            self.refuse(f"thiếu danh sách «{key}»")
        lines = list(self._beginnings(key))
        known = len(lines) == len(tables)
        return [
            Entry(self, f"dòng {lines[at]}" if known else f"mục thứ {at + 1} của {key}", table)
            for at, table in enumerate(tables)
        ]

    def _beginnings(self, key: str) -> Iterator[int]:
        """The numbers of the lines in which a table of `key` begins, one a line."""
        inside = False
        for number, line in enumerate(self.content.splitlines(), start=1):
            stripped = line.strip()
            if stripped == f"[[{key}]]" or (inside and stripped.startswith("{")):
                yield number
            elif stripped.replace(" ", "").startswith(f"{key}=["):
                inside = True
            elif stripped == "]":
                inside = False


class Entry(NamedTuple):
    """One table of a file, with the place that an error names."""

    source: Source
    place: str
    table: Mapping[str, Any]

    def refuse(self, reason: str) -> NoReturn:
        """Raise `FormError` with the place."""
        if not self.place:
            self.source.refuse(reason)
        raise FormError(f"{self.source.path}, {self.place}: {reason}.")

    def forbid_others(self, *known: str) -> None:
        """Refuse every key that is not known."""
        for key in self.table:
            if key not in known:
                self.refuse(f"không có mục «{key}»")

    def text(self, key: str, default: str | None = None) -> str:
        """A text; it must be there unless there is a default."""
        value = self.table.get(key, default)
        if not isinstance(value, str):
            self.refuse(f"thiếu «{key}» (một đoạn chữ)")
        return value

    def name(self, key: str) -> str:
        """A text that may stand in formulas of the rule language, in tags and in file names."""
        name = self.text(key)
        if not NAME.fullmatch(name):
            self.refuse(f"«{key}» chỉ được gồm chữ không dấu, số, dấu chấm, gạch: «{name}»")
        return name

    def remark(self, key: str, default: str | None = None) -> str:
        """A text that is short enough for a comment of Excel."""
        text = self.text(key, default)
        if len(text) > LONGEST_REMARK:
            self.refuse(f"«{key}» dài {len(text)} ký tự, nhiều nhất là {LONGEST_REMARK}")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is left out."""
        values = self.table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse(f"«{key}» phải là một danh sách đoạn chữ")
        return tuple(values)

    def flag(self, key: str) -> bool:
        """Whether something is so; not so when it is left out."""
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            self.refuse(f"«{key}» phải là true hoặc false")
        return value

    def choice(self, key: str, choices: type[Choice], default: str | None = None) -> Choice:
        """One of the values of an enumeration."""
        value = self.text(key, default)
        try:
            return choices(value)
        except ValueError:
            known = ", ".join(choices)
            self.refuse(f"«{key}» là «{value}», phải là một trong: {known}")

    @contextmanager
    def parsing(self, key: str) -> Iterator[None]:
        """Tell the place of whatever the rule language refuses."""
        try:
            yield
        except ExpressionError as error:
            self.refuse(f"«{key}»: {error}")
