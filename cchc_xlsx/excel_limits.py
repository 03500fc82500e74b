"""What Excel takes; whatever a form asks beyond it is refused when the form is loaded."""

LONGEST_FORMULA = 8_192
LONGEST_LITERAL = 255
"""A text constant inside a formula."""

DEEPEST_NESTING = 64
"""Functions within functions."""

LONGEST_PROMPT_TITLE = 32
LONGEST_PROMPT = 255
LONGEST_LIST = 255
"""The title, the text and the list of a data validation."""

LONGEST_FORMAT = 255
"""The code of a number format."""

LONGEST_CELL = 32_767
HIGHEST_ROW = 409.0
"""Points."""

MOST_LINKS = 65_530
"""Hyperlinks on one sheet."""

LONGEST_TIP = 255
"""What a hyperlink says when the pointer rests on it."""

MOST_ROWS = 1_048_576
"""Of a sheet."""
