"""What only a caller can mend: every exception this package raises on purpose.

Faults in the data of a workbook are never raised; they are returned as findings.
"""


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
