"""Reads a form from its folder and refuses a faulty one: file, line, reason.

A form is a folder of three TOML files: ``form.toml`` (names, periods, units of measure),
``indicators.toml`` (the rows, one a line) and ``rules.toml`` (the edit rules).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from cchc_xlsx.errors import ExpressionError, FormError
from cchc_xlsx.expression import Expression, parse
from cchc_xlsx.expression import Kind as ExpressionKind
from cchc_xlsx.figures import rests_on
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import (
    Aggregate,
    Basis,
    Form,
    Indicator,
    Kind,
    Level,
    Measure,
    PeriodKind,
    Rule,
)
from cchc_xlsx.message import Message, parse_message

FORM_FILE, INDICATORS_FILE, RULES_FILE = "form.toml", "indicators.toml", "rules.toml"
DEFAULT_FORM = "cchc-so-2022"

LONGEST_REMARK = 255
"""Hints, reasons and cautions stand in one cell or in an input message of Excel."""

_OPERANDS = {Aggregate.RATIO: 2, Aggregate.WEIGHTED_MEAN: 1}
"""How many rows each way of consolidating needs besides its own; the others need none."""

_EVERY = "[*]"

Choice = TypeVar("Choice", bound=StrEnum)


def shipped_forms() -> dict[str, Path]:
    """The forms that this installation knows: id to folder."""
    package = Path(__file__).parent
    # In a wheel the forms lie inside the package, in a checkout beside it.
    for home in (package / "workbook_templates", package.parent / "workbook_templates"):
        if home.is_dir():
            return {path.parent.name: path.parent for path in sorted(home.glob(f"*/{FORM_FILE}"))}
    return {}


def load_form(name: str | Path = DEFAULT_FORM) -> Form:
    """Load a shipped form by its id, or a form from a folder of the user's own.

    Raises `FormError` when there is no such form or its definition is faulty.
    """
    folder = Path(name)
    if not folder.is_dir():
        shipped = shipped_forms()
        if str(name) not in shipped:
            known = ", ".join(shipped)
            raise FormError(f"Không có biểu mẫu «{name}». Biểu mẫu có sẵn: {known}.")
        folder = shipped[str(name)]
    return _form(folder)


def _form(folder: Path) -> Form:
    head, indicators_file, rules_file = (
        _Source.read(folder / name) for name in (FORM_FILE, INDICATORS_FILE, RULES_FILE)
    )
    head.forbid_others(("id", "version", "name", "title", "contacts", "periods", "measures"))
    measures = {measure.id: measure for measure in _unique(head, "measures", _measure)}
    indicators = tuple(
        _unique(indicators_file, "indicators", lambda entry: _indicator(entry, measures))
    )
    _check_references(indicators_file, indicators)
    inputs = {row.code: row for row in indicators if row.is_input}
    rules = tuple(rule for entry in rules_file.entries("rule") for rule in _rules_of(entry, inputs))
    _refuse_twice(rules_file.entries("rule"), "id")
    contacts = head.data.get("contacts", [])
    return Form(
        id=head.text("id"),
        version=head.text("version"),
        name=head.text("name"),
        title=head.text("title"),
        digest=hashlib.sha256(
            "\0".join(source.content for source in (head, indicators_file, rules_file)).encode()
        ).hexdigest(),
        contacts=tuple(str(contact) for contact in contacts),
        period_kinds=tuple(_unique(head, "periods", _period_kind)),
        indicators=indicators,
        rules=rules,
    )


# --- TOML with places -----------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """A TOML file: its text for telling lines, its data for reading."""

    path: Path
    content: str
    data: Mapping[str, Any]

    @staticmethod
    def read(path: Path) -> _Source:
        try:
            content = path.read_text(encoding="utf-8")
        except OSError as error:
            raise FormError(f"{path}: không đọc được tệp ({error.strerror}).") from error
        except UnicodeDecodeError as error:
            raise FormError(f"{path}: tệp phải là văn bản UTF-8.") from error
        try:
            return _Source(path, content, tomllib.loads(content))
        except tomllib.TOMLDecodeError as error:
            raise FormError(f"{path}: sai cú pháp TOML: {error}.") from error

    def refuse(self, reason: str) -> NoReturn:
        raise FormError(f"{self.path}: {reason}.")

    def text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or not value:
            self.refuse(f"thiếu «{key}» (một đoạn chữ)")
        return value

    def forbid_others(self, known: Sequence[str]) -> None:
        for key in self.data:
            if key not in known:
                self.refuse(f"không có mục «{key}»")

    def entries(self, key: str) -> list[_Entry]:
        """The tables of the array `key`, each with the line it begins in."""
        tables = self.data.get(key)
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            self.refuse(f"thiếu danh sách «{key}»")
        lines = list(self._beginnings(key))
        known = len(lines) == len(tables)
        return [
            _Entry(self, f"dòng {lines[at]}" if known else f"mục thứ {at + 1} của {key}", table)
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


@dataclass(frozen=True)
class _Entry:
    """One table of a file, with the place that an error names."""

    source: _Source
    place: str
    table: Mapping[str, Any]

    def refuse(self, reason: str) -> NoReturn:
        raise FormError(f"{self.source.path}, {self.place}: {reason}.")

    def forbid_others(self, *known: str) -> None:
        for key in self.table:
            if key not in known:
                self.refuse(f"không có mục «{key}»")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.table.get(key, default)
        if not isinstance(value, str):
            self.refuse(f"thiếu «{key}» (một đoạn chữ)")
        return value

    def remark(self, key: str, default: str | None = None) -> str:
        text = self.text(key, default)
        if len(text) > LONGEST_REMARK:
            self.refuse(f"«{key}» dài {len(text)} ký tự, nhiều nhất là {LONGEST_REMARK}")
        return text

    def texts(self, key: str) -> tuple[str, ...]:
        values = self.table.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            self.refuse(f"«{key}» phải là một danh sách đoạn chữ")
        return tuple(values)

    def choice(self, key: str, choices: type[Choice], default: str | None = None) -> Choice:
        value = self.text(key, default)
        if value not in [choice.value for choice in choices]:
            known = ", ".join(choices)
            self.refuse(f"«{key}» là «{value}», phải là một trong: {known}")
        return choices(value)

    @contextmanager
    def parsing(self, key: str) -> Iterator[None]:
        """Tell the place of whatever the rule language refuses."""
        try:
            yield
        except ExpressionError as error:
            self.refuse(f"«{key}»: {error}")


Record = TypeVar("Record")


def _unique(source: _Source, key: str, build: Callable[[_Entry], Record]) -> list[Record]:
    """The records of an array; two with one ``id`` (or ``code``) are refused."""
    entries = source.entries(key)
    records = [build(entry) for entry in entries]
    _refuse_twice(entries, "code" if key == "indicators" else "id")
    return records


def _refuse_twice(entries: list[_Entry], key: str) -> None:
    seen: dict[str, _Entry] = {}
    for entry in entries:
        name = entry.text(key)
        if name in seen:
            entry.refuse(f"mã «{name}» đã có ở {seen[name].place}")
        seen[name] = entry


# --- what the files hold --------------------------------------------------------------------


def _period_kind(entry: _Entry) -> PeriodKind:
    entry.forbid_others("id", "name", "begins", "ends")
    name = entry.text("name")
    if "{year}" not in name:
        entry.refuse("«name» phải chứa {year}")
    return PeriodKind(entry.text("id"), name, entry.text("begins"), entry.text("ends"))


_EXAMPLES = {Kind.COUNT: "12", Kind.PERCENT: "72,5"}


def _measure(entry: _Entry) -> Measure:
    entry.forbid_others("id", "kind", "noun", "choices", "adverse")
    kind = entry.choice("kind", Kind)
    choices = _choices(entry)
    if (kind in (Kind.YES_NO, Kind.CHOICE)) != bool(choices):
        entry.refuse("«choices» dành riêng cho loại yes_no và choice, và bắt buộc ở đó")
    if kind is Kind.YES_NO and set(choices) != {0, 1}:
        entry.refuse("loại yes_no phải có đúng hai mã 1 và 0")
    adverse = frozenset(entry.table.get("adverse", []))
    if not adverse <= set(choices):
        entry.refuse("«adverse» nêu mã không có trong «choices»")
    return Measure(
        id=entry.text("id"),
        kind=kind,
        noun=entry.text("noun"),
        example=_EXAMPLES.get(kind) or str(next(iter(choices))),
        choices=choices,
        adverse=adverse,
    )


def _choices(entry: _Entry) -> dict[int, str]:
    table = entry.table.get("choices", {})
    if not isinstance(table, dict) or not all(code.isdecimal() for code in table):
        entry.refuse('«choices» phải là mã = nghĩa, ví dụ { 1 = "Có", 0 = "Không" }')
    return {int(code): str(meaning) for code, meaning in table.items()}


def _indicator(entry: _Entry, measures: Mapping[str, Measure]) -> Indicator:
    entry.forbid_others(
        *("code", "stt", "level", "label", "unit", "measure", "total", "of", "basis"),
        *("caution", "formula"),
    )
    measure_id = entry.text("measure", "")
    if measure_id and measure_id not in measures:
        entry.refuse(f"không có đơn vị tính «{measure_id}» trong {FORM_FILE}")
    return Indicator(
        code=entry.text("code"),
        stt=entry.text("stt", ""),
        level=entry.choice("level", Level),
        label=entry.text("label"),
        printed_unit=entry.text("unit", ""),
        measure=measures.get(measure_id),
        aggregate=_aggregate(entry, bool(measure_id)),
        of=entry.texts("of"),
        caution=entry.remark("caution", ""),
        basis=entry.choice("basis", Basis, None if measure_id else Basis.NONE),
        formula=_formula(entry),
    )


def _aggregate(entry: _Entry, takes_value: bool) -> Aggregate:
    aggregate = entry.choice("total", Aggregate, None if takes_value else Aggregate.NONE)
    if not takes_value and aggregate is not Aggregate.NONE:
        entry.refuse("dòng không có «measure» thì không có «total»")
    operands = _OPERANDS.get(aggregate, 0)
    if len(entry.texts("of")) != operands:
        entry.refuse(f"total = {aggregate.value} cần {operands} mã trong «of»")
    return aggregate


def _formula(entry: _Entry) -> Expression | None:
    text = entry.text("formula", "")
    if not text:
        return None
    with entry.parsing("formula"):
        formula = parse(text)
    if formula.kind is not ExpressionKind.NUMBER:
        entry.refuse("«formula» phải cho một số")
    return formula


def _check_references(source: _Source, indicators: Sequence[Indicator]) -> None:
    inputs = {row.code: row for row in indicators if row.is_input}
    formulas = {row.code: row.formula for row in indicators if row.formula}
    for entry, row in zip(source.entries("indicators"), indicators, strict=True):
        named = row.of + (row.formula.codes if row.formula else ())
        _check_codes(entry, named, inputs)
        if row.formula and not row.is_input:
            entry.refuse("dòng không nhận số liệu thì không có «formula»")
        if row.formula and row.code in rests_on(row.code, formulas):
            entry.refuse(f"công thức của «{row.code}» tham chiếu vòng tròn đến chính nó")


def _check_codes(entry: _Entry, codes: Sequence[str], inputs: Mapping[str, Indicator]) -> None:
    for code in codes:
        if code not in inputs:
            entry.refuse(f"không có chỉ tiêu nhận số liệu nào mang mã «{code}»")


def _rules_of(entry: _Entry, inputs: Mapping[str, Indicator]) -> Iterator[Rule]:
    """The rule of an entry, or with ``each`` one rule for every row of that kind."""
    entry.forbid_others("id", "each", "check", "severity", "message", "hint", "reason")
    if "each" not in entry.table:
        yield _rule(entry, inputs, code="")
        return
    kind = entry.choice("each", Kind)
    if _EVERY not in entry.text("check"):
        entry.refuse("quy tắc có «each» phải dùng [*]")
    for code, row in inputs.items():
        if row.measure and row.measure.kind is kind:
            yield _rule(entry, inputs, code)


def _rule(entry: _Entry, inputs: Mapping[str, Indicator], code: str) -> Rule:
    """One rule; with a `code`, the rule of that row out of a rule for each row."""

    def own(text: str) -> str:
        return text.replace(_EVERY, f"[{code}]") if code else text

    with entry.parsing("check"):
        check = parse(own(entry.text("check")))
    with entry.parsing("message"):
        message = parse_message(own(entry.text("message")))
    if check.kind is not ExpressionKind.LOGICAL:
        entry.refuse("«check» phải là một điều kiện đúng hoặc sai")
    if not check.codes:
        entry.refuse("«check» không nêu chỉ tiêu nào")
    _check_codes(entry, check.codes, inputs)
    _check_message(entry, check, message, inputs)
    return Rule(
        id=entry.text("id"),
        check=check,
        severity=entry.choice("severity", Severity),
        message=message,
        hint=entry.remark("hint", ""),
        reason=entry.remark("reason"),
        each=bool(code),
    )


def _check_message(
    entry: _Entry, check: Expression, message: Message, inputs: Mapping[str, Indicator]
) -> None:
    """A message may only show what is sure to be there when the rule is broken."""
    for expression in message.expressions:
        _check_codes(entry, expression.codes, inputs)
        for code in expression.needed:
            if code not in check.needed:
                entry.refuse(f"«message» cần [{code}], «check» thì không; hãy dùng nz([{code}])")
        for code in expression.codes:
            if code not in check.codes:
                entry.refuse(f"«message» nêu [{code}] mà «check» không xét")
