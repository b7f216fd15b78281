"""Words in a column of text, in Indonesian and in English: one expression for index and question.

The two must be written alike, or PostgreSQL would not use the one for the other.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db.models import Func, Index, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper

LANGUAGES = ("indonesian", "english")


def words_in(column: str) -> Combinable:
    """The words of a column, each by its stem in both languages."""
    indonesian, english = (SearchVector(column, config=language) for language in LANGUAGES)
    return indonesian + english


def asked(text: str) -> Combinable:
    """A question as people write it (`websearch`: "so", -not, or), to be found in either."""
    indonesian, english = (
        SearchQuery(text, config=language, search_type="websearch") for language in LANGUAGES
    )
    return indonesian | english


def index_of_words(column: str, name: str) -> GinIndex:
    """The index by which `words_in` this column are found."""
    return GinIndex(words_in(column), name=name)


def index_of_signs(column: str, name: str) -> Index:
    """The index by which numbers are found whose signs (`signs_in`) begin with some others."""
    return Index(OpClass(signs_in(column), name="text_pattern_ops"), name=name)


def signs_in(column: str) -> Upper:
    """A number as its letters and digits alone: the same however it was spaced and divided."""
    bare = Func(
        column,
        Value("[^A-Za-z0-9]"),
        Value(""),
        Value("g"),
        function="regexp_replace",
        output_field=TextField(),
    )
    return Upper(bare)
