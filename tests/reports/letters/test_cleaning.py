"""Texts as they were meant."""

from reports.letters.cleaning import clean, decode


def test_text_misread_once_is_mended():
    assert clean("EspaÃ±a, itâ€™s") == "España, it’s"
    assert decode("señor".encode("cp1252"), "us-ascii") == ("señor", True)
