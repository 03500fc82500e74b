"""Reads a form from its folder and refuses a faulty one: file, line, reason.

A form is a folder of three TOML files: ``form.toml`` (names, periods, units of measure),
``indicators.toml`` (the rows, one a line) and ``rules.toml`` (the edit rules). A fourth,
``charts.toml`` (what the consolidated workbook draws), may be left out.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from sys import intern
from typing import TypeVar

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.aggregate import WAYS
from cchc_xlsx.errors import FormError
from cchc_xlsx.excel_limits import DEEPEST_NESTING, LONGEST_FORMULA
from cchc_xlsx.expression import Expression, ValueType, spelled
from cchc_xlsx.figures import rests_on
from cchc_xlsx.finding import Severity
from cchc_xlsx.form import (
    Aggregate,
    Basis,
    Chart,
    Declaration,
    Form,
    Indicator,
    Kind,
    Level,
    Measure,
    PeriodKind,
    Rule,
    Withdrawn,
)
from cchc_xlsx.layout import CHECKS_SHEET, AppendixCells, AppendixLayout
from cchc_xlsx.message import Message, parse_message
from cchc_xlsx.prompts import prompt_for
from cchc_xlsx.reading_rules import READING_RULES
from cchc_xlsx.rule_parser import parse
from cchc_xlsx.toml_source import LONGEST_REMARK, Entry, Source

FORM_FILE, INDICATORS_FILE, RULES_FILE = "form.toml", "indicators.toml", "rules.toml"
CHARTS_FILE = "charts.toml"

_EVERY = "[*]"
_RESERVED = {rule.id for rule in READING_RULES}


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
    shipped = shipped_forms()
    folder = shipped.get(str(name), Path(name))
    if not folder.is_dir():
        known = ", ".join(shipped)
        raise FormError(f"Không có biểu mẫu «{name}». Biểu mẫu có sẵn: {known}.")
    return _form(folder)


def _form(folder: Path) -> Form:
    head, indicators_file, rules_file = (
        Source.read(folder / name) for name in (FORM_FILE, INDICATORS_FILE, RULES_FILE)
    )
    head.top.forbid_others("id", "version", "name", "title", "contacts", "periods", "measures")
    indicators_file.top.forbid_others("indicators")
    rules_file.top.forbid_others("rule", "withdrawn")
    measures = {measure.id: measure for measure in _unique(head, "measures", _measure)}
    rows = indicators_file.entries("indicators")
    indicators = tuple(_indicator(entry, measures) for entry in rows)
    _refuse_twice(rows, "code")
    _check_references(rows, indicators)
    inputs = {row.code: row for row in indicators if row.is_input}
    declared, withdrawn = rules_file.entries("rule"), _withdrawn(rules_file)
    rules = tuple(rule for entry in declared for rule in _rules_of(entry, inputs))
    _refuse_twice([*declared, *withdrawn], "id")
    form = Form(
        id=head.top.name("id"),
        version=head.top.name("version"),
        name=head.top.text("name"),
        title=head.top.text("title"),
        digest=hashlib.sha256(
            "\0".join(source.content for source in (head, indicators_file, rules_file)).encode()
        ).hexdigest(),
        contacts=head.top.texts("contacts"),
        period_kinds=tuple(_unique(head, "periods", _period_kind)),
        indicators=indicators,
        rules=rules,
        charts=_charts(folder / CHARTS_FILE, measures, inputs),
        withdrawn=tuple(_withdrawal(entry, rules) for entry in withdrawn),
    )
    _check_for_excel(form, rows, rules_file)
    return form


def _check_for_excel(form: Form, rows: Sequence[Entry], rules_file: Source) -> None:
    """Refuse what could be loaded, but not be written into a workbook."""
    at = AppendixCells(AppendixLayout(form), from_sheet=CHECKS_SHEET)
    for rule in form.rules:
        if not rule.check.is_live:
            continue
        formula = max(rule.check.to_excel(at, otherwise='""'), rule.message.to_excel(at), key=len)
        # The workbook wraps a few words more around either of them.
        if len(formula) > LONGEST_FORMULA - 500:
            rules_file.refuse(f"quy tắc {rule.id}: công thức Excel dài quá ({len(formula)} ký tự)")
    for code, naming in form.live_rules_naming.items():
        if len(naming) > DEEPEST_NESTING - 4:
            rules_file.refuse(f"có {len(naming)} quy tắc xét «{code}», Excel không lồng đủ sâu")
    for entry, indicator in zip(rows, form.indicators, strict=True):
        for fault in prompt_for(indicator).faults() if indicator.is_input else ():
            entry.refuse(fault)


Record = TypeVar("Record")


def _unique(source: Source, key: str, build: Callable[[Entry], Record]) -> list[Record]:
    """The records of an array; two with one ``id`` are refused."""
    entries = source.entries(key)
    records = [build(entry) for entry in entries]
    _refuse_twice(entries, "id")
    return records


def _refuse_twice(entries: list[Entry], key: str) -> None:
    seen: dict[str, Entry] = {}
    for entry in entries:
        name = entry.text(key)
        if name in seen:
            entry.refuse(f"mã «{name}» đã có ở {seen[name].place}")
        seen[name] = entry


# --- what the files hold --------------------------------------------------------------------


def _period_kind(entry: Entry) -> PeriodKind:
    entry.forbid_others("id", "name", "begins", "ends")
    name = entry.text("name")
    if re.findall(r"[{}]|\{[^{}]*\}", name.replace("{year}", "", 1)) or "{year}" not in name:
        entry.refuse("«name» phải chứa {year} đúng một lần và không có dấu { } nào khác")
    return PeriodKind(entry.text("id"), name, _day(entry, "begins"), _day(entry, "ends"))


_DAY = re.compile("([0-9]{1,2})/([0-9]{1,2})")


def _day(entry: Entry, key: str) -> str:
    """A day and month such as ``15/12``."""
    text = entry.text(key)
    if not _is_day(text):
        entry.refuse(f"«{key}» phải là ngày/tháng, ví dụ 15/12: «{text}»")
    return text


def _is_day(text: str) -> bool:
    written = _DAY.fullmatch(text)
    if written is None:
        return False
    day, month = int(written[1]), int(written[2])
    # Any leap year will do: the 29th of February may begin or end a window.
    return 1 <= month <= 12 and 1 <= day <= monthrange(2000, month)[1]


_EXAMPLES = {Kind.COUNT: "12", Kind.PERCENT: "72,5"}


def _measure(entry: Entry) -> Measure:
    entry.forbid_others("id", "kind", "noun", "choices", "adverse", "prevails")
    kind = entry.choice("kind", Kind)
    choices = _choices(entry)
    if (kind in (Kind.YES_NO, Kind.CHOICE)) != bool(choices):
        entry.refuse("«choices» dành riêng cho loại yes_no và choice, và bắt buộc ở đó")
    if kind is Kind.YES_NO and set(choices) != {0, 1}:
        entry.refuse("loại yes_no phải có đúng hai mã 1 và 0")
    adverse = entry.table.get("adverse", [])
    if not isinstance(adverse, list) or not all(code in choices for code in adverse):
        entry.refuse("«adverse» nêu mã không có trong «choices»")
    return Measure(
        id=entry.text("id"),
        kind=kind,
        noun=entry.text("noun"),
        example=_EXAMPLES.get(kind) or str(next(iter(choices))),
        choices=choices,
        adverse=frozenset(adverse),
        prevails=_prevails(entry, kind, choices),
    )


def _prevails(entry: Entry, kind: Kind, choices: Mapping[int, str]) -> int | None:
    """The choice that stands for several different ones; for yes and no it is yes."""
    prevails = entry.table.get("prevails", 1 if kind is Kind.YES_NO else None)
    if not (prevails is None or isinstance(prevails, int)) or prevails not in (None, *choices):
        entry.refuse("«prevails» nêu mã không có trong «choices»")
    return prevails


def _choices(entry: Entry) -> dict[int, str]:
    table = entry.table.get("choices", {})
    if not isinstance(table, dict) or not all(code.isdecimal() for code in table):
        entry.refuse('«choices» phải là mã = nghĩa, ví dụ { 1 = "Có", 0 = "Không" }')
    return {int(code): str(meaning) for code, meaning in table.items()}


def _indicator(entry: Entry, measures: Mapping[str, Measure]) -> Indicator:
    entry.forbid_others(
        *("code", "stt", "level", "label", "unit", "measure", "total", "of", "basis"),
        *("caution", "formula"),
    )
    measure_id = entry.text("measure", "")
    if measure_id and measure_id not in measures:
        entry.refuse(f"không có đơn vị tính «{measure_id}» trong {FORM_FILE}")
    return Indicator(
        code=intern(entry.name("code")),  # compared with those of every reading
        stt=entry.text("stt", ""),
        level=entry.choice("level", Level),
        label=entry.text("label"),
        printed_unit=entry.text("unit", ""),
        measure=measures.get(measure_id),
        aggregate=_aggregate(entry, measures.get(measure_id)),
        of=entry.texts("of"),
        caution=entry.remark("caution", ""),
        basis=entry.choice("basis", Basis, None if measure_id else Basis.NONE),
        formula=_formula(entry),
    )


_FITTING = {
    Aggregate.COUNT_YES: {Kind.YES_NO},
    Aggregate.DISTRIBUTION: {Kind.CHOICE, Kind.YES_NO},
    Aggregate.SUM: {Kind.COUNT},
    Aggregate.RATIO: {Kind.PERCENT},
    Aggregate.WEIGHTED_MEAN: {Kind.PERCENT, Kind.COUNT},
    Aggregate.MEAN: {Kind.PERCENT, Kind.COUNT},
}
"""The kinds that each way of consolidating makes sense for; `none` fits all."""


def _aggregate(entry: Entry, measure: Measure | None) -> Aggregate:
    aggregate = entry.choice("total", Aggregate, None if measure else Aggregate.NONE)
    if measure is None and aggregate is not Aggregate.NONE:
        entry.refuse("dòng không có «measure» thì không có «total»")
    if measure and measure.kind not in _FITTING.get(aggregate, {measure.kind}):
        entry.refuse(f"total = {aggregate.value} không dùng được cho loại {measure.kind.value}")
    operands = WAYS[aggregate].operands
    if len(entry.texts("of")) != operands:
        entry.refuse(f"total = {aggregate.value} cần {operands} mã trong «of»")
    return aggregate


def _formula(entry: Entry) -> Expression | None:
    text = entry.text("formula", "")
    if not text:
        return None
    with entry.parsing("formula"):
        formula = parse(text)
    if formula.gives is not ValueType.NUMBER or not formula.codes:
        entry.refuse("«formula» phải cho một số từ các chỉ tiêu khác")
    if formula.looks_back:
        entry.refuse("«formula» không dùng được prev(): không phải tệp nào cũng có số kỳ trước")
    if not formula.is_live:
        entry.refuse("«formula» không đọc được ghi chú: Excel không làm được")
    return formula


def _check_references(entries: Sequence[Entry], indicators: Sequence[Indicator]) -> None:
    inputs = {row.code: row for row in indicators if row.is_input}
    formulas = {row.code: row.formula for row in indicators if row.formula}
    for entry, row in zip(entries, indicators, strict=True):
        named = row.of + (row.formula.codes if row.formula else ())
        _check_codes(entry, named, inputs)
        if row.formula and not row.is_input:
            entry.refuse("dòng không nhận số liệu thì không có «formula»")
        if row.formula and row.code in rests_on(row.code, formulas):
            entry.refuse(f"công thức của «{row.code}» tham chiếu vòng tròn đến chính nó")


def _check_codes(entry: Entry, codes: Sequence[str], inputs: Mapping[str, Indicator]) -> None:
    for code in codes:
        if code not in inputs:
            entry.refuse(f"không có chỉ tiêu nhận số liệu nào mang mã «{code}»")


def _rules_of(entry: Entry, inputs: Mapping[str, Indicator]) -> Iterator[Rule]:
    """The rule of an entry, or with ``each`` one rule for every row of that kind."""
    entry.forbid_others(
        *("id", "each", "trial", "check", "severity", "message", "hint", "reason", "changed")
    )
    if entry.text("id") in _RESERVED:
        entry.refuse(f"mã quy tắc «{entry.text('id')}» dành riêng cho việc đọc tệp")
    if not entry.text("message").strip():
        entry.refuse("«message» để trống")
    written = Declaration(
        entry.choice("each", Kind) if "each" in entry.table else None,
        entry.text("check"),
        entry.text("message"),
        entry.text("changed", ""),
    )
    if written.each and _EVERY not in written.check:
        entry.refuse("quy tắc có «each» phải dùng [*]")
    rule = partial(
        Rule,
        id=entry.text("id"),
        declared=entry.choice("severity", Severity),
        hint=entry.remark("hint", ""),
        reason=entry.remark("reason"),
        trial=entry.flag("trial"),
        written=written,
    )
    for check_text, message_text in _spelled_out(written, inputs):
        check, message = _parsed(entry, check_text, message_text, inputs)
        yield rule(check=check, message=message)


def _spelled_out(
    written: Declaration, inputs: Mapping[str, Indicator]
) -> Iterator[tuple[str, str]]:
    """The check and the message of a rule; of one for every row of a kind those of each row."""
    if written.each is None:
        yield written.check, written.message
        return
    for code, row in inputs.items():
        if row.measure and row.measure.kind is written.each:
            own = f"[{code}]"
            yield written.check.replace(_EVERY, own), written.message.replace(_EVERY, own)


def _parsed(
    entry: Entry, check_text: str, message_text: str, inputs: Mapping[str, Indicator]
) -> tuple[Expression, Message]:
    with entry.parsing("check"):
        check = parse(check_text)
    with entry.parsing("message"):
        message = parse_message(message_text)
    if check.gives is not ValueType.LOGICAL:
        entry.refuse("«check» phải là một điều kiện đúng hoặc sai")
    if not check.codes:
        entry.refuse("«check» không nêu chỉ tiêu nào")
    _check_codes(entry, check.codes, inputs)
    _check_message(entry, check, message, inputs)
    return check, message


def _check_message(
    entry: Entry, check: Expression, message: Message, inputs: Mapping[str, Indicator]
) -> None:
    """A message may only show what is sure to be there when the rule is broken."""
    for expression in message.expressions:
        _check_codes(entry, expression.codes, inputs)
        for name in expression.needed:
            if name not in check.needed:
                figure = spelled(name)
                entry.refuse(f"«message» cần {figure}, «check» thì không; hãy dùng nz({figure})")
        for name in expression.names:
            if name not in check.names:
                entry.refuse(f"«message» nêu {spelled(name)} mà «check» không xét")


def _withdrawn(source: Source) -> list[Entry]:
    """The ids of the catalogue that are no rules; there may be none."""
    return source.entries("withdrawn") if "withdrawn" in source.data else []


def _withdrawal(entry: Entry, rules: Sequence[Rule]) -> Withdrawn:
    entry.forbid_others("id", "into", "reason")
    into = entry.text("into", "")
    if into and into not in {rule.id for rule in rules} | _RESERVED:
        entry.refuse(f"«into» nêu quy tắc không có: «{into}»")
    return Withdrawn(entry.name("id"), into, entry.text("reason"))


# --- what the charts compare ------------------------------------------------------------------

_MOST_STACKED = 3
"""Greys that can be told apart on paper."""


def _charts(
    file: Path, measures: Mapping[str, Measure], inputs: Mapping[str, Indicator]
) -> tuple[Chart, ...]:
    """The charts of a form; none without the file."""
    if not file.exists():
        return ()
    source = Source.read(file)
    source.top.forbid_others("charts")
    return tuple(_chart(entry, measures, inputs) for entry in source.entries("charts"))


def _chart(entry: Entry, measures: Mapping[str, Measure], inputs: Mapping[str, Indicator]) -> Chart:
    entry.forbid_others("title", "measure", "series")
    measure = measures.get(entry.text("measure"))
    if measure is None or measure.kind not in (Kind.COUNT, Kind.PERCENT):
        entry.refuse(f"«measure» phải là một đơn vị đếm hoặc tỷ lệ trong {FORM_FILE}")
    series = entry.table.get("series")
    most = 1 if measure.kind is Kind.PERCENT else _MOST_STACKED
    if not isinstance(series, dict) or not 1 <= len(series) <= most:
        entry.refuse(f'«series» phải là tên = "biểu thức", từ 1 đến {most} tên')
    if not entry.remark("title").strip() or not all(name.strip() for name in series):
        entry.refuse("«title» hoặc một tên trong «series» để trống")
    return Chart(
        title=entry.text("title"),
        measure=measure,
        series={name: _charted(entry, text, inputs) for name, text in series.items()},
    )


def _charted(entry: Entry, text: object, inputs: Mapping[str, Indicator]) -> Expression:
    # Excel's limit on formulas is far away, then: each figure is named twice in one.
    if not isinstance(text, str) or len(text) > LONGEST_REMARK:
        entry.refuse(
            f"biểu thức trong «series» phải là đoạn chữ, nhiều nhất {LONGEST_REMARK} ký tự"
        )
    with entry.parsing("series"):
        expression = parse(text)
    if expression.gives is not ValueType.NUMBER or not expression.codes:
        entry.refuse("«series» phải cho một số từ các chỉ tiêu")
    _check_codes(entry, expression.codes, inputs)
    if expression.needed != expression.codes:
        entry.refuse("«series» không dùng nz, sum: thiếu số liệu thì không vẽ, không tính là 0")
    return expression
