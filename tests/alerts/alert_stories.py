"""What happens in the tests of alerts."""

from __future__ import annotations

import datetime as dt

# said | outlet | title | season | event | time | modality | source | platform | quote
BEFORE = """
    2017-03-01 | Variety | Night Shift | 1 | order | 2017-03-01 | asserted | Netflix | Netflix | has ordered ten episodes
    2017-05-01 | Variety | Harbour Watch | 2 | development | | asserted | | Netflix | is being talked about
"""
RENEWED = """
    2017-06-12 | Variety | Harbour Watch | 2 | order | 2017-06-12 | asserted | Netflix | Netflix | has been renewed
    2017-06-12 | Deadline | Harbour Watch | 2 | order | 2017-06-12 | asserted | | | will be back for more
"""
FILMING = """
    2017-06-12 | Variety | Night Shift | 1 | filming_start | 2017-06-12 | asserted | Netflix | Netflix | began to film on Monday
    2017-06-12 | Deadline | Night Shift | 1 | filming | | asserted | | | cameras roll in Oslo
"""


def at(text: str) -> dt.datetime:
    """An instant, in the zone of the machine, as users mean it."""
    return dt.datetime.fromisoformat(text).astimezone()
