"""Letters that came as HTML."""

import time

import pytest

from reports.letters import html_text


@pytest.mark.parametrize("piece", ["<", "<!--", "<a ", "<script>", "<tr>", "<blockquote>", "&lt;"])
def test_html_that_never_closes_is_read_in_linear_time(piece):
    started = time.process_time()
    html_text.to_text(piece * 100_000)
    assert time.process_time() - started < 5
