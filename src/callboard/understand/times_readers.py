"""
The table of readers that `rules/times.toml` names: each takes a `Scene` and gives a `Reading`, or None to refuse.
"""

from __future__ import annotations

from collections.abc import Callable

from callboard.understand.times_clock import read_clock, read_deictic, read_recurring, read_vague
from callboard.understand.times_days import (
    read_bare_day,
    read_day_of_month,
    read_days_of_month,
    read_holiday,
    read_nth_week,
    read_numeric,
    read_week_of,
    read_weekday,
    read_weekday_day,
)
from callboard.understand.times_lengths import read_in_time, read_length, read_offset
from callboard.understand.times_periods import (
    read_half,
    read_month,
    read_new_year,
    read_period,
    read_quarter,
    read_season,
    read_unit,
    read_year_end,
)
from callboard.understand.times_scene import Scene
from callboard.understand.times_shapes import Reading
from callboard.understand.times_years import read_century, read_decade, read_old_year, read_year, read_year_range

Reader = Callable[[Scene], Reading | None]

READERS: dict[str, Reader] = {
    "day_of_month": read_day_of_month,
    "days_of_month": read_days_of_month,
    "month": read_month,
    "nth_week": read_nth_week,
    "week_of": read_week_of,
    "season": read_season,
    "quarter": read_quarter,
    "period": read_period,
    "half": read_half,
    "holiday": read_holiday,
    "weekday": read_weekday,
    "unit": read_unit,
    "year_end": read_year_end,
    "new_year": read_new_year,
    "year": read_year,
    "old_year": read_old_year,
    "year_range": read_year_range,
    "numeric": read_numeric,
    "bare_day": read_bare_day,
    "weekday_day": read_weekday_day,
    "decade": read_decade,
    "century": read_century,
    "offset": read_offset,
    "in_time": read_in_time,
    "length": read_length,
    "deictic": read_deictic,
    "clock": read_clock,
    "recurring": read_recurring,
    "vague": read_vague,
}
