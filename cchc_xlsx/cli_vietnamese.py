"""Typer's own few words in Vietnamese: the frame of the help pages and the usage errors."""

from __future__ import annotations

from typing import Any

from typer.core import TyperCommand, TyperGroup

_HELP_WORDS = {
    "Usage: ": "Cách dùng: ",
    "[OPTIONS]": "[TÙY CHỌN]",
    " COMMAND [ARGS]...": " LỆNH [ĐỐI SỐ]...",
    "\nOptions:": "\nTùy chọn:",
    "\nArguments:": "\nĐối số:",
    "\nCommands:": "\nCác lệnh:",
    "Show this message and exit.": "In trợ giúp này.",
    "[required]": "[bắt buộc]",
    "[default:": "[mặc định:",
}


def _translated(text: str) -> str:
    for english, vietnamese in _HELP_WORDS.items():
        text = text.replace(english, vietnamese)
    return text


class VietnameseCommand(TyperCommand):
    """A command whose help page is Vietnamese throughout."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _translated(super().get_help(ctx))


class VietnameseGroup(TyperGroup):
    """The group of all commands, likewise."""

    def get_help(self, ctx: Any) -> str:
        """The help page."""
        return _translated(super().get_help(ctx))


def _name(param: Any) -> str:
    """An option as it is typed, an argument as the help page names it."""
    options = [name for name in getattr(param, "opts", []) if name.startswith("-")]
    return max(options, key=len) if options else str(getattr(param, "metavar", None) or "đối số")


def usage_error(error: Any) -> str:
    """What is wrong with a command line, from the exception that the parser raised.

    The exceptions are told apart by name: which module they live in differs between versions.
    """
    kind = type(error).__name__
    name = _name(getattr(error, "param", None))
    if kind == "NoSuchOption":
        return f"Không có tùy chọn «{error.option_name}»."
    if kind == "BadOptionUsage":
        return f"Tùy chọn «{error.option_name}» cần một giá trị."
    if kind == "MissingParameter":
        missing = "tên tệp hoặc thư mục (PATH)" if name.startswith("PATH") else name
        return f"Thiếu {missing}."
    if kind == "BadParameter":
        return f"Giá trị của {name} không hợp lệ."
    return "Lệnh không đúng. Dùng --help để xem cách dùng."
