"""
Charts as SVG that needs no script and no style of its own: the ribbon of stages through time, and ranges of days.

Everything is placed in percent of the width, so that texts keep their size on a phone; shapes stand in an inner drawing
that is stretched. Classes are coloured by static/callboard.css. Only numbers and escaped texts get in.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from callboard import spoken_dates
from callboard.model import Judgement, Milestone, Stage
from callboard.show import words
from callboard.show.outlook import Range, is_dropped, stage_shares
from callboard.show.views import AnswerView, EvidenceView, MilestoneView

_HEIGHT = 100  # of the inner drawing, in its own units
_WIDTH = 1000
_SEEN = 0.7  # of the height's hundred: a tenth of a pixel of a row
_MOST_DOTS = 5  # under one another
_RIBBON = 18  # height of a row of the board, as in static/callboard.css


@dataclass(frozen=True, slots=True)
class Scale:
    """A stretch of time, drawn from left to right."""

    first: dt.date
    last: dt.date

    def share(self, day: dt.date) -> float:
        """Where a day lies, 0 at the left and 1 at the right end; days outside are at the ends."""
        share = (day - self.first).days / max((self.last - self.first).days, 1)
        return min(max(share, 0.0), 1.0)

    def percent(self, day: dt.date) -> str:
        return f"{100 * self.share(day):.2f}%"

    def ticks(self) -> list[tuple[dt.date, str]]:
        """Days to mark, with their labels: years, and halves or quarters of years where there is room."""
        years = (self.last - self.first).days / 365.25
        step = 3 if years < 1.6 else 6 if years < 3.5 else 12 if years < 9 else 60
        marks = []
        for month in range(self.first.year * 12, self.last.year * 12 + 12, step):
            day = dt.date(month // 12, month % 12 + 1, 1)
            if self.first <= day <= self.last:
                marks.append((day, str(day.year) if day.month == 1 else calendar.month_abbr[day.month]))
        return marks


def board_scale(as_of: dt.date) -> Scale:
    """From nine months back to 21 months ahead: what is going on, and what is due."""
    return Scale(as_of - dt.timedelta(274), as_of + dt.timedelta(639))


def answer_scale(view: AnswerView) -> Scale:
    """All of a production's milestones that may still matter, three years to either side at most."""
    first = [m.range.first for m in view.milestones] + [e.said_day for e in view.evidence if e.said_day]
    last = [m.range.last for m in view.milestones]
    reach = dt.timedelta(3 * 365)
    left = max(min(first, default=view.as_of), view.as_of - reach)
    right = min(max([*last, view.as_of + dt.timedelta(60)]), view.as_of + reach)
    margin = dt.timedelta(max((right - left).days // 40, 7))
    return Scale(min(left, view.as_of) - margin, right + margin)


def axis(scale: Scale, as_of: dt.date) -> Markup:
    """The labels of a column of ribbons."""
    labels = "".join(_label(scale, day, text, 12) for day, text in scale.ticks())
    today = f'<line class="today" x1="{scale.percent(as_of)}" x2="{scale.percent(as_of)}" y1="14" y2="20"/>'
    return Markup(f'<svg class="axis" width="100%" height="20" aria-hidden="true">{labels}{today}</svg>')


def grid(scale: Scale, as_of: dt.date) -> Markup:
    """What all ribbons of a board have behind and before them, drawn once; each refers to it."""
    behind, before = _grid(scale, _RIBBON), _today(scale, as_of, _RIBBON)
    return Markup(
        f'<svg class="once" width="0" height="0" aria-hidden="true"><defs><g id="grid">{behind}</g>'
        f'<g id="today">{before}</g></defs></svg>'
    )


def ribbon(scale: Scale, judgement: Judgement, name: str) -> Markup:
    """One production's stages through time, as a row of a board with a `grid`; `name` is told to who cannot see it."""
    parts = [f"<title>{escape(name)}: stages through time</title>", f"<desc>{escape(_in_words(judgement))}</desc>"]
    parts += ['<use href="#grid"/>', _stages(scale, judgement, 1, _RIBBON - 2), '<use href="#today"/>']
    return Markup(f'<svg class="ribbon" role="img">{"".join(parts)}</svg>')


def timeline(scale: Scale, view: AnswerView, at: Callable[[str], str]) -> Markup:
    """
    One production's stages through time, with a dot for each report on the day on which it was said.

    Args:
        scale: The time that is drawn.
        view: The production.
        at: Where the report of an anchor stands.
    """
    name = words.clean(str(view.production))
    dots, rows = _dots(scale, view.evidence, 86, at)
    height = 92 + 12 * rows
    parts = [
        f"<title>{escape(f'{name}: stages through time, and when it was spoken of')}</title>",
        f"<desc>{escape(_in_words(view.judgement))}</desc>",
        *(_label(scale, day, text, 12) for day, text in scale.ticks()),
        _grid(scale, 74, top=18),
        _stages(scale, view.judgement, 18, 56),
        dots,
        _today(scale, view.as_of, height, top=14),
    ]
    return Markup(f'<svg class="timeline" role="group" width="100%" height="{height}">{"".join(parts)}</svg>')


def milestone_bar(scale: Scale, view: MilestoneView, as_of: dt.date) -> Markup:
    """The range of one milestone's day, with its middle."""
    found: Range = view.range
    left, right = scale.share(found.first), scale.share(found.last)
    width = max(right - left, 0.006)
    kind = "past" if view.is_past else "due"
    return Markup(
        f'<svg class="range" role="img" width="100%" height="18"><title>{escape(view.label)}: {escape(view.when)}</title>'
        f"{_grid(scale, 18)}{_today(scale, as_of, 18)}"
        f'<rect class="{kind}" x="{100 * left:.2f}%" y="6" width="{100 * width:.2f}%" height="6" rx="3"/>'
        f'<circle class="{kind}" cx="{scale.percent(found.middle)}" cy="9" r="4.5"/></svg>'
    )


def bar(stage: Stage, p: float) -> Markup:
    """A probability as a bar in the colour of its stage; the number stands beside it, so nothing is told to readers."""
    return Markup(
        '<svg class="bar" width="100%" height="12" aria-hidden="true"><rect class="track" width="100%" height="12" rx="2"/>'
        f'<rect class="s-{stage}" width="{100 * min(max(p, 0.0), 1.0):.1f}%" height="12" rx="2"/></svg>'
    )


def _stages(scale: Scale, judgement: Judgement, top: int, height: int) -> str:
    """
    Areas one over another: at each day the share of the height that a stage has is its probability.

    Where a day is uncertain the border between two stages is a slope, where it is sure a step.
    """
    last = scale.last
    if is_dropped(judgement):
        last = min(last, judgement.as_of)  # what was dropped goes nowhere
    days = _days(scale, judgement, last)
    shares = [stage_shares(judgement, day) for day in days]
    xs = [round(_WIDTH * scale.share(day)) for day in days]
    areas = []
    for place, stage in enumerate(Stage):
        heights = [sum(share[place:]) for share in shares]
        if max(heights) < 0.005:
            continue
        points = _thinned([(x, _HEIGHT * (1 - reached)) for x, reached in zip(xs, heights, strict=True)])
        outline = " ".join(f"{x},{y:.0f}" for x, y in [(xs[0], _HEIGHT), *points, (xs[-1], _HEIGHT)])
        areas.append(f'<polygon class="s-{stage}" points="{outline}"/>')
    return (
        f'<svg y="{top}" width="100%" height="{height}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(areas)}</svg>'
    )


def _days(scale: Scale, judgement: Judgement, last: dt.date) -> list[dt.date]:
    """The ends, and every day at which some milestone's distribution bends."""
    bends = {day for m in Milestone for day in judgement.milestones[m].quantiles.values()}
    for milestone in Milestone:
        quantiles = judgement.milestones[milestone].quantiles
        low, high = sorted(quantiles.values())[:2], sorted(quantiles.values())[-2:]
        bends |= {low[0] - (low[1] - low[0]), high[1] + (high[1] - high[0])}
    return sorted({day for day in bends if scale.first < day < last} | {scale.first, last})


def _thinned(points: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
    """The points without those that nobody sees: nearly on the line from the one kept before to the one that follows."""
    kept = [points[0]]
    for (x, y), (next_x, next_y) in pairwise(points[1:]):
        last_x, last_y = kept[-1]
        line = last_y + (next_y - last_y) * (x - last_x) / max(next_x - last_x, 1)
        if abs(y - line) > _SEEN:
            kept.append((x, y))
    return [*kept, points[-1]]


def _dots(scale: Scale, evidence: Iterable[EvidenceView], top: int, at: Callable[[str], str]) -> tuple[str, int]:
    """A dot for each report, those of one place under one another in one link, and how many rows that takes."""
    places: dict[int, list[EvidenceView]] = {}
    for each in evidence:
        if each.said_day is not None and not each.is_spoiler and scale.first <= each.said_day <= scale.last:
            places.setdefault(round(60 * scale.share(each.said_day)), []).append(each)
    columns = []
    for reports in places.values():
        shown = reports[:_MOST_DOTS]
        circles = "".join(
            f'<circle class="dot {_kind_of(each)}" cx="{scale.percent(each.said_day)}" cy="{top + 12 * row}" r="4"/>'
            for row, each in enumerate(shown)
            if each.said_day is not None
        )
        first, more = shown[0], f" and {len(reports) - 1} more" if len(reports) > 1 else ""
        title = escape(f"{first.said}: {first.speaker}, {first.what}{more}")
        columns.append(f'<a href="{escape(at(first.anchor))}" tabindex="-1">{circles}<title>{title}</title></a>')
    return "".join(columns), min(max(map(len, places.values()), default=0), _MOST_DOTS)


def _kind_of(report: EvidenceView) -> str:
    return "against" if report.is_against else "for" if report.effect else "said"


def _label(scale: Scale, day: dt.date, text: str, y: int) -> str:
    share = scale.share(day)
    anchor = "start" if share < 0.03 else "end" if share > 0.96 else "middle"
    kind = "year" if text.isdigit() else "month"
    return f'<text class="{kind}" x="{scale.percent(day)}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _grid(scale: Scale, height: int, *, top: int = 0) -> str:
    return "".join(
        f'<line class="{"year" if text.isdigit() else "month"}" x1="{scale.percent(day)}" x2="{scale.percent(day)}" '
        f'y1="{top}" y2="{height}"/>'
        for day, text in scale.ticks()
    )


def _today(scale: Scale, as_of: dt.date, height: int, *, top: int = 0) -> str:
    return f'<line class="today" x1="{scale.percent(as_of)}" x2="{scale.percent(as_of)}" y1="{top}" y2="{height}"/>'


def _in_words(judgement: Judgement) -> str:
    shares = ", ".join(
        f"{words.STAGES[stage]} {words.percent(p)}" for stage, p in judgement.stage.items() if p >= 0.005
    )
    return f"On {spoken_dates.day(judgement.as_of)}: {shares}."
