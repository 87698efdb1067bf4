"""Stories in which things change, for the tests of what tells of changes."""

from __future__ import annotations

# said | outlet | title | season | event | time | modality | source | platform | quote
MOVING = """
    2017-03-01 | Variety | Night Shift | 1 | order | 2017-03-01 | asserted | Netflix | Netflix | has ordered ten episodes
    2017-05-02 | Variety | Night Shift | 1 | filming_start | 2017-05-01 | asserted | Netflix | Netflix | began to film on Monday
    2017-05-03 | Deadline | Night Shift | 1 | filming | | asserted | | | cameras roll in Oslo
    2017-05-20 | Variety | Night Shift | 1 | release | 2018-03-02 | asserted | Netflix | Netflix | arrives on March 2
    2017-06-10 | Variety | Night Shift | 1 | reschedule | 2018-06-22 | asserted | Netflix | Netflix | moves to June 22
    2017-06-10 | Variety | Night Shift | 1 | release | 2018-06-22 | asserted | Netflix | Netflix | will now open on June 22
    2016-11-01 | Variety | Harbour Watch | 2 | order | 2016-11-01 | asserted | Netflix | Netflix | renewed for a second season
    2017-02-01 | Variety | Harbour Watch | 2 | filming | | asserted | Netflix | Netflix | is before the cameras
    2017-06-12 | Variety | Harbour Watch | 2 | cancellation | 2017-06-12 | asserted | Netflix | Netflix | will not go on after all
    2017-06-13 | Deadline | Harbour Watch | 2 | cancellation | 2017-06-12 | asserted | | | is cancelled
"""
