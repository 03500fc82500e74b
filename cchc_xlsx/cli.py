"""The command line: parse, call, print, exit. Whatever a command does, one call of `api` does."""

# No postponed annotations here: Typer would have to compile every one of them at each start.

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from cchc_xlsx import DEFAULT_FORM
from cchc_xlsx.cli_vietnamese import VietnameseCommand, VietnameseGroup, usage_error
from cchc_xlsx.errors import CchcError
from cchc_xlsx.garbage import look_seldom, never_look_again

if TYPE_CHECKING:
    from cchc_xlsx.api import Outcome
    from cchc_xlsx.batch import Batch

app = typer.Typer(
    cls=VietnameseGroup,
    add_completion=False,
    rich_markup_mode=None,
    help="Biểu mẫu Excel báo cáo cải cách hành chính: tạo, kiểm tra, tổng hợp.",
)

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", help="Tệp báo cáo, tệp .zip, thư .eml, .msg, .mbox, hoặc thư mục."
    ),
]
Form = Annotated[str, typer.Option("--form", help="Mã biểu mẫu, hoặc thư mục biểu mẫu của bạn.")]
Units = Annotated[
    Path | None,
    typer.Option("--units", metavar="ROSTER", help="Danh sách cơ quan (.xlsx hoặc .csv)."),
]
Previous = Annotated[
    Path | None,
    typer.Option("--previous", metavar="PATH", help="Báo cáo của kỳ trước: tệp, .zip, thư mục."),
]
Json = Annotated[bool, typer.Option("--json", help="In kết quả dạng JSON ra màn hình.")]
Strict = Annotated[bool, typer.Option("--strict", help="Coi cảnh báo cũng là không đạt.")]
Keep = Annotated[
    list[str] | None,
    typer.Option(
        "--keep", metavar="FILE", help="Tệp được dùng khi một cơ quan gửi nhiều tệp (lặp lại được)."
    ),
]
NoCache = Annotated[
    bool, typer.Option("--no-cache", help="Đọc lại mọi tệp, kể cả tệp đã đọc lần trước.")
]
Dask = Annotated[
    str | None,
    typer.Option("--dask", metavar="ADDRESS", help="Đọc tệp bằng cụm máy Dask ở địa chỉ này."),
]
Force = Annotated[bool, typer.Option("--force", help="Ghi đè tệp đã có.")]


@app.command(cls=VietnameseCommand)
def template(
    period: Annotated[str, typer.Option("--period", help="Kỳ báo cáo, ví dụ 2022-Q3.")],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="PATH", help="Tệp, hoặc thư mục nếu có --units."),
    ],
    form: Form = DEFAULT_FORM,
    units: Units = None,
    unit_code: Annotated[str, typer.Option("--unit-code", help="Mã định danh của cơ quan.")] = "",
    unit_name: Annotated[str, typer.Option("--unit-name", help="Tên cơ quan.")] = "",
    previous: Previous = None,
    password: Annotated[str, typer.Option("--password", help="Mật khẩu khóa trang.")] = "",
    force: Force = False,
) -> None:
    """Tạo biểu mẫu Excel đã khóa cho một cơ quan, hoặc cho mọi cơ quan trong danh sách."""
    from cchc_xlsx import api

    issued = api.template(
        output,
        period,
        form=form,
        roster=units,
        unit_code=unit_code,
        unit_name=unit_name,
        previous=previous,
        password=password,
        force=force,
    )
    for path in issued.written:
        print(path)
    for finding in issued.findings:
        print(finding.message, file=sys.stderr)


@app.command(cls=VietnameseCommand)
def check(
    paths: Paths,
    form: Form = DEFAULT_FORM,
    units: Units = None,
    previous: Previous = None,
    keep: Keep = None,
    as_json: Json = False,
    strict: Strict = False,
    no_cache: NoCache = False,
    dask: Dask = None,
) -> None:
    """Đọc và kiểm tra các tệp đã điền."""
    from cchc_xlsx import api
    from cchc_xlsx.console.progress import progress_on_terminal

    with api.cluster_at(dask) as executor:
        batch = api.check(
            paths,
            form=form,
            roster=units,
            previous=previous,
            keep=keep or (),
            progress=progress_on_terminal,
            executor=executor,
            cache=not no_cache,
        )
    if as_json:
        from cchc_xlsx.json_output import batch_document

        _print_json(batch_document(batch))
    else:
        from cchc_xlsx.console.findings import print_batch

        print_batch(batch)
    _exit(batch, strict=strict)


@app.command(cls=VietnameseCommand)
def merge(
    paths: Paths,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Tệp tổng hợp.")],
    form: Form = DEFAULT_FORM,
    units: Units = None,
    period: Annotated[str | None, typer.Option("--period", help="Kỳ báo cáo cần tổng hợp.")] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Gộp các kỳ trong năm này thành số liệu cả năm.")
    ] = None,
    as_unit: Annotated[
        str,
        typer.Option(
            "--as",
            metavar="UNIT_CODE",
            help="Tạo thêm biểu mẫu đã điền số tổng hợp của cơ quan này.",
        ),
    ] = "",
    as_name: Annotated[
        str, typer.Option("--as-name", help="Tên cơ quan của --as, nếu danh sách không có.")
    ] = "",
    previous: Previous = None,
    keep: Keep = None,
    adjust: Annotated[
        Path | None,
        typer.Option(
            "--adjust", metavar="FILE", help="Tệp có bảng điều chỉnh, ví dụ tệp tổng hợp lần trước."
        ),
    ] = None,
    as_json: Json = False,
    strict: Strict = False,
    force: Force = False,
    reproducible: Annotated[
        bool,
        typer.Option("--reproducible", help="Không ghi thời điểm: cùng đầu vào thì cùng một tệp."),
    ] = False,
    no_cache: NoCache = False,
    dask: Dask = None,
) -> None:
    """Đọc, kiểm tra và tổng hợp các tệp đã điền thành một tệp Excel."""
    from cchc_xlsx import api
    from cchc_xlsx.console.progress import progress_on_terminal

    with api.cluster_at(dask) as executor:
        merged = api.merge(
            paths,
            output,
            form=form,
            roster=units,
            period=period,
            year=year,
            as_unit=as_unit,
            as_name=as_name,
            previous=previous,
            keep=keep or (),
            adjust=adjust,
            force=force,
            reproducible=reproducible,
            progress=progress_on_terminal,
            executor=executor,
            cache=not no_cache,
        )
    if as_json:
        from cchc_xlsx.json_output import merge_document

        _print_json(merge_document(merged))
    else:
        from cchc_xlsx.console.findings import print_merged

        print_merged(merged.batch)
        print(f"Đã ghi tệp tổng hợp: {output}")
        if data := api.data_path(output, merged):
            print(f"Đã ghi tệp dữ liệu, để cùng thư mục với tệp tổng hợp: {data}")
        if as_unit:
            print(f"Đã ghi tệp gửi cấp trên: {api.rolled_up_path(output, merged, as_unit)}")
    _exit(merged.batch, strict=strict)


@app.command(cls=VietnameseCommand)
def export(
    paths: Paths,
    output: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="FILE", help="Tệp .csv, .parquet, .sqlite hoặc .json."
        ),
    ],
    form: Form = DEFAULT_FORM,
    units: Units = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Chỉ lấy kỳ báo cáo này; không có thì mọi kỳ.")
    ] = None,
    keep: Keep = None,
    force: Force = False,
    no_cache: NoCache = False,
    dask: Dask = None,
) -> None:
    """Xuất số liệu của mọi kỳ thành các bảng dài để phân tích, mỗi số liệu một dòng."""
    from cchc_xlsx import api
    from cchc_xlsx.console.progress import progress_on_terminal

    with api.cluster_at(dask) as executor:
        exported = api.export(
            paths,
            output,
            form=form,
            roster=units,
            period=period,
            keep=keep or (),
            force=force,
            progress=progress_on_terminal,
            executor=executor,
            cache=not no_cache,
        )
    _print_outcome(exported)
    _exit(exported.batch, strict=False)


@app.command(cls=VietnameseCommand)
def compare(
    old: Annotated[
        Path, typer.Argument(metavar="OLD", help="Bên cũ: tệp báo cáo, tệp tổng hợp, hoặc thư mục.")
    ],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Bên mới, như trên.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="Tệp Excel so sánh.")
    ] = None,
    form: Form = DEFAULT_FORM,
    as_json: Json = False,
    force: Force = False,
    no_cache: NoCache = False,
) -> None:
    """So sánh hai tệp của một cơ quan, hoặc hai tệp tổng hợp: số nào đổi, đổi bao nhiêu."""
    from cchc_xlsx import api
    from cchc_xlsx.console.progress import progress_on_terminal

    comparison = api.compare(
        old, new, output, form=form, force=force, progress=progress_on_terminal, cache=not no_cache
    )
    if as_json:
        from cchc_xlsx.json_output import comparison_document

        _print_json(comparison_document(comparison))
    else:
        from cchc_xlsx.console.comparison import print_comparison

        print_comparison(comparison)
        if output:
            print(f"Đã ghi tệp so sánh: {output}")
    raise typer.Exit(1 if comparison.has_failed else 0)


@app.command("return", cls=VietnameseCommand)
def return_(
    paths: Paths,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="DIR", help="Thư mục chứa các tệp trả lại.")
    ],
    form: Form = DEFAULT_FORM,
    units: Units = None,
    period: Annotated[
        str | None, typer.Option("--period", help="Kỳ của biểu mẫu mới, khi tệp không còn rõ kỳ.")
    ] = None,
    previous: Previous = None,
    keep: Keep = None,
    due: Annotated[
        str, typer.Option("--due", metavar="DAY", help="Hạn gửi lại, ví dụ 20/9/2022.")
    ] = "",
    eml: Annotated[
        bool, typer.Option("--eml", help="Viết sẵn thư nháp .eml, địa chỉ lấy từ danh sách.")
    ] = False,
    force: Force = False,
    no_cache: NoCache = False,
) -> None:
    """Trả lại mỗi cơ quan tệp của mình, có đánh dấu chỗ cần sửa và trang Ý kiến."""
    from cchc_xlsx import api
    from cchc_xlsx.console.progress import progress_on_terminal

    feedback = api.return_workbooks(
        paths,
        output,
        form=form,
        roster=units,
        period=period,
        previous=previous,
        keep=keep or (),
        due=due,
        eml=eml,
        force=force,
        progress=progress_on_terminal,
        cache=not no_cache,
    )
    _print_outcome(feedback)
    _exit(feedback.batch, strict=False)


@app.command(cls=VietnameseCommand)
def rules(
    form: Form = DEFAULT_FORM,
    with_formulas: Annotated[
        bool, typer.Option("--formulas", help="Kèm công thức Excel của từng quy tắc.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Liệt kê các quy tắc kiểm tra."""
    from cchc_xlsx.form_file import load_form

    loaded = load_form(form)
    if as_json:
        from cchc_xlsx.json_output import rules_document

        _print_json(rules_document(loaded, with_formulas=with_formulas))
    else:
        from cchc_xlsx.console.rules import print_rules

        print_rules(loaded, with_formulas=with_formulas)


@app.command(cls=VietnameseCommand)
def forms() -> None:
    """Liệt kê các biểu mẫu có sẵn."""
    from cchc_xlsx.form_file import load_form, shipped_forms

    for form_id, folder in shipped_forms().items():
        print(f"{form_id}\t{load_form(folder).name}")


def _print_json(document: dict[str, Any]) -> None:
    import json

    print(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))


def _print_outcome(outcome: "Outcome") -> None:
    from cchc_xlsx.console.verdict import verdict

    for path in outcome.written:
        print(path)
    print(verdict(outcome.batch))


def _exit(batch: "Batch", *, strict: bool) -> NoReturn:
    raise typer.Exit(1 if batch.has_failed(strict=strict) else 0)


def main() -> NoReturn:
    """Run the command; every failure is one Vietnamese line and a status, never a traceback."""
    look_seldom()
    for stream in (sys.stdout, sys.stderr):
        # An office PC's console may use a code page without Vietnamese letters.
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        status = app(standalone_mode=False)
    except CchcError as error:
        status = _failed(str(error))
    except typer.Abort:
        status = _failed("Đã dừng theo yêu cầu.")
    except Exception as error:
        # The parser's exceptions know how to format themselves; anything else is our own mistake:
        # still one line, with what a developer needs to look for it.
        is_usage = hasattr(error, "format_message")
        unforeseen = f"phần mềm gặp lỗi không lường trước ({type(error).__name__}: {error})."
        status = _failed(usage_error(error) if is_usage else unforeseen)
    never_look_again()
    sys.exit(status if isinstance(status, int) else 0)


def _failed(message: str) -> int:
    print(f"Lỗi: {message}", file=sys.stderr)
    return 2
