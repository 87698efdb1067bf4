"""
Answers for the terminal.

Nothing is coloured unless a person looks on (rich sees to it, NO_COLOR is honoured), nothing is wider than the window,
and texts from outside are never read as markup.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Mapping

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callboard import spoken_dates
from callboard.model import Report, Stage
from callboard.show import words
from callboard.show.views import AnswerView, BoardRow, BoardView, EvidenceView

_PIPED_WIDTH = 120  # of a pipe or a file, which has no width of its own
_BAR_WIDTH = 20
# Columns of the board, each with the width of the window from which it is shown.
_BOARD_COLUMNS = {"Title": 0, "Stage": 0, "%": 0, "Since": 96, "Next": 0, "News": 80, "Origins": 110}
STAGE_STYLES = {
    Stage.DEVELOPMENT: "bright_black",
    Stage.ORDERED: "cyan",
    Stage.PREPARATION: "yellow",
    Stage.FILMING: "red",
    Stage.POSTPRODUCTION: "magenta",
    Stage.RELEASED: "green",
}


def make_console() -> Console:
    """Standard output as it is: a terminal with its width and colours, or a pipe without colours."""
    width = None if sys.stdout.isatty() or os.environ.get("COLUMNS", "").isdigit() else _PIPED_WIDTH
    return Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)


def print_status(console: Console, view: AnswerView) -> None:
    """Where it stands: the one line, both axes, the milestones, the strongest reports."""
    _print_head(console, view)
    if view.evidence:  # without any, all that there is is how long such productions take
        _print_axes(console, view)
        console.print(_milestones(view))
        console.print()
    if view.strongest:
        console.print(Text("What weighs most", "bold"))
        console.print()
        for each in view.strongest[:3]:
            _print_evidence(console, each)
    _print_foot(console, view)


def print_why(
    console: Console, view: AnswerView, *, spoilers: bool = False, echoes: Mapping[str, Report] | None = None
) -> None:
    """
    Report by report, newest first: the words, who says so, and what that moved.

    `echoes`, from the id of a report to the one it repeats, says which count as one origin.
    """
    copies = echoes or {}
    repeated = Counter(first.id for first in copies.values())
    _print_head(console, view)
    hidden = 0
    for each in view.evidence:
        if each.is_spoiler and not spoilers:
            hidden += 1
            continue
        _print_evidence(console, each, _echo_words(copies.get(each.report.id), repeated[each.report.id]))
    if hidden:
        console.print(Text(f"{words.plural(hidden, 'report')} on the story hidden; --spoilers shows them.", "dim"))
    _print_foot(console, view, hint=False)


def print_when(console: Console, view: AnswerView) -> None:
    """When its milestones were or are due."""
    _print_head(console, view)
    if view.evidence:
        console.print(_milestones(view))
        console.print()
    _print_foot(console, view)


def print_board(console: Console, view: BoardView) -> None:
    """All productions at a glance, by what is being done with them."""
    if not view.rows:
        console.print(f"Nothing to show as of {spoken_dates.day(view.as_of)}.")
        return
    columns = [name for name, width in _BOARD_COLUMNS.items() if console.width >= width]
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    for name in columns:
        numeric = name in ("%", "Origins")
        table.add_column(name, justify="right" if numeric else "left", no_wrap=numeric or name == "News")
    group = ""
    for row in view.rows:
        if row.group != group:
            if group:
                table.add_section()
            group = row.group
            table.add_row(Text(group, "bold"))
        cells = {
            "Title": Text(words.clean(str(row.production))),
            "Stage": Text(row.stage_label, STAGE_STYLES[row.stage]),
            "%": Text(str(words.percent_number(row.stage_p))),
            "Since": Text(row.since),
            "Next": Text(_next(row)),
            "News": Text(row.last_said.isoformat() if row.last_said else ""),
            "Origins": Text(str(row.origins)),
        }
        table.add_row(*(cells[name] for name in columns))
    console.print(table)
    console.print(Text(f"{words.plural(view.total, 'production')} as of {spoken_dates.day(view.as_of)}", "dim"))


def _next(row: BoardRow) -> str:
    said = f"announced for {row.announced}" if row.announced else ""
    return "; ".join(part for part in (f"{row.next_label} {row.next_when}".strip(), said) if part)


def _print_head(console: Console, view: AnswerView) -> None:
    console.print(Text(words.clean(str(view.production)), "bold"))
    console.print(Text(view.answer))
    if view.because:
        console.print(Text(view.because, "italic"))
    if view.silence:
        console.print(Text(view.silence, "bold"))
    console.print()


def _print_foot(console: Console, view: AnswerView, *, hint: bool = True) -> None:
    if view.evidence:
        last = f", the last of {spoken_dates.day(view.last_said)}" if view.last_said else ""
        reports, origins = words.plural(len(view.evidence), "report"), words.plural(view.origins, "origin")
        console.print(Text(f"{reports} from {origins}{last}.", "dim"))
    else:
        console.print(Text("Nothing is recorded on it. Read an article: callboard add PAGE", "dim"))
    if view.others:
        console.print(Text("Also spoken of: " + "; ".join(link.text for link in view.others[:8]), "dim"))
    if view.namesakes:
        console.print(Text("Others of this name: " + "; ".join(link.text for link in view.namesakes[:5]), "dim"))
    if hint and view.evidence:
        season = f" --season {view.production.season}" if view.production.season else ""
        console.print(Text(f'Every report: callboard why "{words.clean(view.production.title)}"{season}', "dim"))


def _print_axes(console: Console, view: AnswerView) -> None:
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, min_width=16)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    for stage, label, p in view.stages:
        style = "bold" if stage is view.judgement.most_likely else ""
        bar = "█" * round(_BAR_WIDTH * p) or "▏"
        table.add_row(Text(label, style), Text(words.percent(p), style), Text(bar, STAGE_STYLES[stage]))
    console.print(table)
    console.print()
    decided = ", ".join(f"{label} {words.percent(p)}" for label, p in view.decisions)
    console.print(Text("Decision: ").append(decided))
    console.print()


def _milestones(view: AnswerView) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    table.add_column("Milestone", no_wrap=True)
    table.add_column("Reached", justify="right", no_wrap=True)
    table.add_column("Likely", overflow="fold")
    table.add_column("Middle", no_wrap=True)
    for each in view.milestones:
        tense = "was" if each.is_past else "due"
        when = "not due any more" if each.is_moot else f"{tense} {each.when}"
        middle = "" if each.is_moot else spoken_dates.short_day(each.range.middle)
        table.add_row(each.label, words.percent(each.done), when, middle)
    return table


def _echo_words(first: Report | None, repeats: int) -> str:
    """That a report repeats another one, or is repeated; "" for neither."""
    if first is None:
        return f"repeated in {words.plural(repeats, 'later report')}: one origin" if repeats else ""
    outlet, said = words.clean(first.outlet or "an earlier report"), first.said
    return f"an echo of {outlet}{', ' + spoken_dates.when(said) if said else ''}: the same origin, counts nothing"


def _print_evidence(console: Console, each: EvidenceView, echo: str = "") -> None:
    who = each.speaker if each.voice in (each.speaker, "outlet") else f"{each.speaker} ({each.voice})"
    if each.outlet:
        who += f", in {each.outlet}"
    _print_indented(console, Text(f"“{each.quote}”"), 0)
    _print_indented(console, Text(f"{who}, {each.said}"), 4)
    _print_indented(console, Text("; ".join(part for part in (each.season, each.what, each.subject) if part), "dim"), 4)
    if each.report.claim.reader:
        _print_indented(console, Text(f"read by {words.clean(each.report.claim.reader)}", "dim"), 4)
    if echo:
        _print_indented(console, Text(echo, "dim"), 4)
    if each.report.verdict:
        _print_indented(console, Text(words.clean(each.report.verdict), "italic"), 4)
    if each.effect:
        _print_indented(console, Text(("speaks against: " if each.is_against else "moves: ") + each.effect, "bold"), 4)
    if each.url:
        console.print(Text("    " + each.url, "dim"), soft_wrap=True)  # a broken address cannot be followed
    console.print()


def _print_indented(console: Console, text: Text, indent: int) -> None:
    for line in text.wrap(console, max(console.width - indent, 20)):
        line.rstrip()
        console.print(Text(" " * indent).append_text(line))
