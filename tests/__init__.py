"""The tests of cchc_xlsx."""
