"""What a note of the column Ghi chú says: documents, dates, counts, words, names. Never raises."""

from cchc_xlsx.notes.references import KINDS, CitedDate, Note, Reference, read_note, words_of
from cchc_xlsx.notes.wording import count_after, leading_counts, listed_names, says

__all__ = [
    "KINDS",
    "CitedDate",
    "Note",
    "Reference",
    "count_after",
    "leading_counts",
    "listed_names",
    "read_note",
    "says",
    "words_of",
]
