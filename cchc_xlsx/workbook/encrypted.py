"""Workbooks that Excel encrypted: opened where Excel itself would not ask for a password."""

from __future__ import annotations

import io

from cchc_xlsx.workbook.package import NotAWorkbook

_DEFAULT_PASSWORD = "VelvetSweatshop"
"""Excel's own: it encrypts with it what is only write-protected, and opens it without asking."""


def decrypted(data: bytes) -> bytes:
    """The workbook inside. Raises `NotAWorkbook` when it has a password of its own."""
    # Imported here: hardly any file needs it.
    import msoffcrypto

    opened = io.BytesIO()
    try:
        file = msoffcrypto.OfficeFile(io.BytesIO(data))
        file.load_key(password=_DEFAULT_PASSWORD)
        file.decrypt(opened)
    except Exception as error:  # the library raises many kinds, for a wrong password as for rubbish
        raise NotAWorkbook(
            "tệp có mật khẩu mở. Mở tệp bằng Excel, chọn File > Info > Protect Workbook > "
            "Encrypt with Password, xóa mật khẩu, lưu lại"
        ) from error
    return opened.getvalue()
