"""What only a caller can mend: every exception this package raises on purpose.

Faults in the data of a workbook are never raised; they are returned as findings.
"""

import errno
from collections.abc import Mapping


class CchcError(Exception):
    """The command cannot run. The text is Vietnamese and is shown to the user as it stands."""


class FormError(CchcError):
    """A form definition is faulty; the text names the file, the line or row, and the reason."""


class ExpressionError(CchcError):
    """A text is not an expression of the rule language; the text says where and why."""


class RosterError(CchcError):
    """The list of reporting units cannot be used."""


class InputError(CchcError):
    """A path, a period or another argument given by the caller cannot be used."""


class OutputError(CchcError):
    """An output cannot be written: it exists already, or the folder cannot be written to."""


_SYSTEM_REASONS: Mapping[int | None, str] = {
    errno.ENOENT: "không có tệp hoặc thư mục này",
    errno.EACCES: "không có quyền, hoặc tệp đang mở trong chương trình khác",
    errno.EPERM: "không có quyền",
    errno.EISDIR: "đây là một thư mục",
    errno.ENOTDIR: "một phần của đường dẫn không phải là thư mục",
    errno.ENOSPC: "đĩa đã đầy",
    errno.EROFS: "ổ đĩa chỉ cho đọc",
    errno.ENAMETOOLONG: "tên tệp quá dài",
}


def system_reason(error: OSError) -> str:
    """Why the operating system refused, in Vietnamese."""
    return _SYSTEM_REASONS.get(error.errno, f"hệ thống báo lỗi {error.errno}")
