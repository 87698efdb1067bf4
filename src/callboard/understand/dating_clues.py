"""
What a document lets slip about the day it was written, apart from stating it.

Dates with their year, months and weekdays without one, and the titles and seasons that the catalogue can place in time
become clues. `weigh_days` says which learned weights each day draws from them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np

from callboard.model import Milestone, Season
from callboard.understand.dating_told import find_told
from callboard.understand.forest import Floats, Ints
from callboard.understand.layout import Sentence
from callboard.understand.literals import LiteralIndex
from callboard.understand.reading import Reading
from callboard.understand.runs import Dated, Run, run_of
from callboard.understand.tense import FUTURE, PAST, cue
from callboard.understand.times import Kind, TimeMention
from callboard.when import Precision

_NOW = re.compile(
    r"\b(?:today|now|this (?:morning|week|month|year|\w+day)|as of|at press time|currently|so far)\b", re.I
)
_OUT = re.compile(
    r"\b(?:(?:now|already|currently) (?:streaming|available|out|on)|are (?:now )?available|is (?:now )?(?:streaming|available)|stream(?:s|ing) now|in (?:cinemas|theaters) now)\b",
    re.I,
)
_FILMING = re.compile(
    r"\b(?:is|are|’s|'s) (?:\w+ )?(?:filming|shooting|in production|rolling|before the cameras|being (?:shot|filmed|made))\b|\b(?:filming|shooting|production) (?:is|has been|continues)\b",
    re.I,
)
_NOT_FILMED = re.compile(
    r"\b(?:begin|begins|start|starts|prepar\w+|training|pre-production|gear\w* up|yet to (?:start|begin))\b", re.I
)
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = re.compile(
    r"\b(January|February|March|April|May|June|July|August|September|October|November|December|Jan\.|Feb\.|Aug\.|Sept\.|Oct\.|Nov\.|Dec\.)(?:\W+(\d{1,2})(?!\d|:))?"
    r"|\b(\d{1,2})(?:st|nd|rd|th)? (?:of )?(January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)day,? (?:the )?$", re.I)
_THIS_SEASON = re.compile(r"\bthis (spring|summer|fall|autumn|winter)\b", re.I)
_SEASON_MONTH = {"spring": 4, "summer": 7, "fall": 10, "autumn": 10, "winter": 1}

# Words whose presence says something of the year, and of the month.
_YEAR_WORDS = tuple(
    re.compile(rf"\b(?:{words})", re.I)
    for words in (
        "pandemic|covid|coronavirus|lockdown|quarantine|virus", "(?:actors|writers)[’']? strikes?|picket|walkout|SAG-AFTRA|WGA|strikes?",
        r"Disney ?(?:\+|Plus)", "HBO Max", r"on Max\b|Max (?:series|original|has)|Max[’']s", "Peacock", r"Paramount ?(?:\+|Plus)", r"Apple TV ?(?:\+|Plus)",
        "Quibi", "CBS All Access", "DC Universe", r"Discovery ?(?:\+|Plus)", "Twitter|tweet", r"on X\b|\(formerly|Threads", "Instagram", "Facebook", "TikTok",
        "Epix", r"MGM ?\+", "Freevee", "Amazon MGM", "Funimation", "Crunchyroll", "DVD|Blu-ray", "Netflix", "Hulu", "Prime Video", "Amazon Prime|Amazon Studios",
        "podcast", "20th Century Fox", "20th Century Studios", "Warner Bros. Discovery", "WarnerMedia", "Syfy|SyFy", "Starz", "vaccin", "Zoom", "reboot|revival",
        "The CW", "AMC Networks|AMC", "YouTube (?:Red|Premium)", "Facebook Watch", "Snap", "MySpace", "Vine", "Kickstarter",
    )
)  # fmt: skip
_MONTH_WORDS = tuple(
    re.compile(rf"\b(?:{words})", re.I)
    for words in (
        "Emmy", "Oscar", "Golden Globe", "Comic-Con|San Diego", "CinemaCon", "Cannes", "Sundance", "upfront", "TCA|Television Critics", "D23", "Halloween",
        "Christmas|festive", "Thanksgiving", "New Year", "Valentine", "Super Bowl|Super ?Bowl", "Tudum|TUDUM", "SXSW|South by Southwest", "Easter", "Diwali", "Eid",
        "pilot season", "New York Comic Con|NYCC", "Toronto International|TIFF", "Venice", "Star Wars Celebration", "heat ?wave|summer", "snow|winter", "spring",
        "autumn|fall", "end of the year|year[’']s end|before the year is out", "early next year", "next summer", "next spring", "next fall|next autumn", "later this year",
        "earlier this year", "last summer", "last fall|last autumn", "last spring", "last winter", "next year", "last year",
    )
)  # fmt: skip
_YEAR_INDEX, _MONTH_INDEX = (LiteralIndex([word.pattern for word in words]) for words in (_YEAR_WORDS, _MONTH_WORDS))
YEARS = range(1998, 2036)
# Gaps in days, between a day and what is known of it, are told apart by these edges.
_EDGES = np.array([-4000, -2200, -1300, -900, -700, -550, -430, -360, -300, -240, -190, -150, -115, -85, -60, -40, -25, -12, -3, 3, 12, 25, 40, 60, 85, 115, 150,
                   190, 240, 300, 360, 430, 550, 700, 900, 1300, 2200, 4000])  # fmt: skip
_BINS = len(_EDGES) + 1
_KINDS = (
    *(f"{cue}_{width}" for cue in ("past", "plain", "future") for width in ("day", "month", "year")), "now_day", "now_year", "latest", "earliest_future", "latest_past",
    "latest_exact", "out", "coming", "out_year", "coming_year", "filming_start", "filming_end", "unfilmed", "known_ahead", "known_behind",
    *(f"title_{kind}_{season}" for kind in ("film", "series") for season in range(4)), "other_film", "other_series", "newest_title", "single",
    "season_top", "season_next", "season_other", "season_newest",
    *(f"{work}_{told}" for work in ("season", "film", "first", "after") for told in ("out", "coming", "making", "untold")), "told_out", "told_ahead",
)  # fmt: skip
_AT = {kind: i * _BINS for i, kind in enumerate(_KINDS)}
_MONTHS_AT = len(_KINDS) * _BINS  # past, unclear, future; named alone or with a day
_SEASONS_AT = _MONTHS_AT + 6 * 12
_WEEKDAYS_AT = _SEASONS_AT + 12
_YEAR_PRIOR_AT = _WEEKDAYS_AT + 2
_YEAR_WORDS_AT = _YEAR_PRIOR_AT + len(YEARS)
_MONTH_WORDS_AT = _YEAR_WORDS_AT + len(_YEAR_WORDS) * len(YEARS)
_NAMED_AT = _MONTH_WORDS_AT + len(_MONTH_WORDS) * 12
WEIGHTS = _NAMED_AT + 2  # how many weights there are
# Weights that ought to lie close to the next one: gaps of nearly the same length, years in a row.
NEIGHBOURS = (
    *(at + i for at in _AT.values() for i in range(_BINS - 1)),
    *(_YEAR_PRIOR_AT + i for i in range(len(YEARS) - 1)),
    *(_YEAR_WORDS_AT + word * len(YEARS) + i for word in range(len(_YEAR_WORDS)) for i in range(len(YEARS) - 1)),
)


@dataclass
class Clues:
    """Everything found; days as ordinals."""

    past: list[tuple[int, int]] = field(default_factory=list)  # first and last day of dates told as past
    future: list[tuple[int, int]] = field(default_factory=list)
    plain: list[tuple[int, int]] = field(default_factory=list)
    now: list[tuple[int, int]] = field(default_factory=list)  # dates beside "today" or "this week"
    months: list[tuple[int, int, int]] = field(default_factory=list)  # month, day or 0, -1 past 0 unclear 1 future
    weekdays: list[tuple[int, int, int]] = field(default_factory=list)  # month, day, weekday
    seasons_of_year: list[int] = field(default_factory=list)  # months that stand for "this summer"
    out: list[int] = field(default_factory=list)  # release days of what is said to be out
    coming: list[int] = field(default_factory=list)  # release days of what is said to be coming
    out_year: list[int] = field(default_factory=list)  # middles of the years, where no more is known
    coming_year: list[int] = field(default_factory=list)
    seasons: list[tuple[int, str]] = field(default_factory=list)  # middles of the years of seasons spoken of, and how
    # Middles of release years, of what work and what is told of it ("season_out"), and how much that counts, 0 to 1.
    told: list[tuple[int, str, float]] = field(default_factory=list)
    filming: list[tuple[int, int]] = field(default_factory=list)  # shoots of what is said to be filming
    unfilmed: list[int] = field(default_factory=list)  # first days of shoots that are said to lie ahead
    known_days: list[int] = field(default_factory=list)  # releases that a day without a year falls on
    titles: list[tuple[int, int, bool]] = field(default_factory=list)  # year, seasons spoken of, whether a series
    year_words: list[int] = field(default_factory=list)  # indices in _YEAR_WORDS
    month_words: list[int] = field(default_factory=list)


def find_clues(reading: Reading, catalogue: object, *, hidden: frozenset[int] = frozenset()) -> Clues:
    """
    The clues of a document.

    Args:
        catalogue: What answers `titles_named`; anything else counts as knowing nothing.
        hidden: Indices of sentences that are passed over, so that training can look away from stated dates.
    """
    clues = Clues()
    for mention in reading.times:
        sentence = reading.layout.sentence_at(mention.start)
        if sentence.index not in hidden:
            _add_date(clues, mention, sentence)
    for sentence in reading.layout.sentences:
        if sentence.index in hidden:
            continue
        _add_calendar(clues, sentence)
        _add_known(clues, reading, sentence, catalogue)
    _add_titles(clues, reading, catalogue)
    if lookup := getattr(catalogue, "titles_named", None):
        clues.told = [(_middle(year), told, count) for year, told, count in find_told(reading, lookup, hidden)]
    text = "\n".join(sentence.text for sentence in reading.layout.sentences if sentence.index not in hidden)
    lowered = text.lower()
    clues.year_words = [i for i in _YEAR_INDEX.candidates(lowered) if _YEAR_WORDS[i].search(text)]
    clues.month_words = [i for i in _MONTH_INDEX.candidates(lowered) if _MONTH_WORDS[i].search(text)]
    return clues


def _add_date(clues: Clues, mention: TimeMention, sentence: Sentence) -> None:
    if not mention.absolute or mention.when is None or mention.kind not in (Kind.DATE, Kind.TIME):
        return
    first, last = mention.when.first, mention.when.last
    if first is None or last is None or not 1990 <= first.year <= 2100 or last.year > 2100:
        return
    days = (first.toordinal(), last.toordinal())
    near = sentence.text[max(0, mention.start - sentence.start - 30) : mention.end - sentence.start + 15]
    direction = cue(sentence, mention.start, mention.end)
    (clues.past if direction < 0 else clues.future if direction > 0 else clues.plain).append(days)
    if _NOW.search(near):
        clues.now.append(days)


def _add_calendar(clues: Clues, sentence: Sentence) -> None:
    for match in _MONTH.finditer(sentence.text):
        name = (match.group(1) or match.group(4)).lower().rstrip(".")
        if (
            name == "may"
            and not (match.group(2) or match.group(3))
            and not re.search(
                r"\b(?:in|of|last|this|since|until|by|next|late|early|mid) $", sentence.text[: match.start()], re.I
            )
        ):
            continue
        if re.match(r",? \d{4}|-\d{4}", sentence.text[match.end() :]):
            continue  # with its year it is a date
        month = next(i for i, known in enumerate(_MONTHS, 1) if known.startswith(name[:3]))
        day = int(match.group(2) or match.group(3) or 0)
        start = sentence.start + match.start()
        clues.months.append((month, day, cue(sentence, start, start + len(match.group()))))
        weekday = _WEEKDAY.search(sentence.text[: match.start()])
        if weekday and day:
            clues.weekdays.append((month, day, _WEEKDAYS.index(weekday.group(1).lower() + "day")))
    for match in _THIS_SEASON.finditer(sentence.text):
        clues.seasons_of_year.append(_SEASON_MONTH[match.group(1).lower()])


def _add_known(clues: Clues, reading: Reading, sentence: Sentence, catalogue: object) -> None:
    """What the known dates of the seasons in a sentence say: one that is out, is being shot, or is still to come."""
    lookup = getattr(catalogue, "titles_named", None)
    mentions = reading.within(sentence)
    if lookup is None or not mentions.titles:
        return
    numbers = {n for m in mentions.seasons for n in m.numbers}
    for title in {m.key: m for m in mentions.titles}.values():
        # a list of titles gives each its own numbers
        following = [
            n
            for m in mentions.seasons
            for n in m.numbers
            if 0 <= m.start - title.end <= 16 or 0 <= title.start - m.end <= 8
        ]
        around = sentence.text[max(0, title.start - sentence.start - 30) : title.end - sentence.start + 60]
        for known in lookup(reading.candidates[title.key].name):
            for season in cast(Dated, known).dated:
                if (season.season or 0) not in (set(following) or numbers or {season.season or 0}):
                    continue
                only = len(cast(Dated, known).dated) == 1
                _add_season(clues, season, sentence, around, bool(following), only)
            for mention in mentions.times:
                if not mention.absolute and mention.shape is not None:
                    _add_known_day(clues, cast(Dated, known), mention, sentence)


def _add_season(clues: Clues, season: Season, sentence: Sentence, around: str, numbered: bool, only: bool) -> None:
    release = season.dates.get(Milestone.RELEASE)
    start, end = season.dates.get(Milestone.FILMING_START), season.dates.get(Milestone.FILMING_END)
    if release and release.first and (numbered or only):
        exact = release.precision is Precision.DAY
        if _OUT.search(sentence.text):
            (clues.out if exact else clues.out_year).append(release.middle.toordinal())
        elif FUTURE.search(around) and not PAST.search(around):
            (clues.coming if exact else clues.coming_year).append(release.middle.toordinal())
    if start and start.first and _FILMING.search(around):
        last = (end.last if end else None) or start.first + dt.timedelta(200)
        clues.filming.append((start.first.toordinal(), last.toordinal()))
    elif start and start.last and numbered and _NOT_FILMED.search(sentence.text):
        clues.unfilmed.append(start.last.toordinal())


def _add_known_day(clues: Clues, known: Dated, mention: TimeMention, sentence: Sentence) -> None:
    """A day without a year that a known release falls on: "arrives on August 18th"."""
    match = _MONTH.search(mention.text)
    day = int(match.group(2) or match.group(3) or 0) if match else 0
    if not match or not day:
        return
    name = (match.group(1) or match.group(4)).lower()
    month = next(i for i, other in enumerate(_MONTHS, 1) if other.startswith(name[:3]))
    for season in known.dated:
        release = season.dates.get(Milestone.RELEASE)
        if release is None or release.first is None or release.precision is not Precision.DAY:
            continue
        if (release.first.month, release.first.day) == (month, day):
            clues.known_days.append(release.first.toordinal() * (1 if FUTURE.search(sentence.text) else -1))


def _add_titles(clues: Clues, reading: Reading, catalogue: object) -> None:
    lookup = getattr(catalogue, "titles_named", None)
    if lookup is None:
        return
    for key in reading.ranking[:6]:
        if reading.candidates[key].probability < 0.3:
            continue
        found = [cast(Dated, known) for known in lookup(reading.candidates[key].name)]
        years = [known for known in found if known.year]
        if not years:
            continue
        spoken = 0
        for mention in reading.titles:
            if mention.key == key:
                sentence = reading.layout.sentence_at(mention.start)
                spoken = max([spoken, *(n for m in reading.within(sentence).seasons for n in m.numbers if n < 30)])
        best = max(years, key=lambda known: (spoken > 0 and known.kind == "series", known.year or 0))
        clues.titles.append((best.year or 0, spoken, best.kind == "series"))
        _add_seasons(clues, run_of(found), spoken)


def _add_seasons(clues: Clues, run: Run, spoken: int) -> None:
    """The year of the latest season spoken of a title, or of the one before where that is all the catalogue knows."""
    if not spoken or not run.seasons:
        return
    first = not clues.seasons
    if spoken in run.seasons:
        clues.seasons.append((_middle(run.seasons[spoken]), "season_top" if first else "season_other"))
    elif spoken - 1 in run.seasons and first:
        clues.seasons.append((_middle(run.seasons[spoken - 1]), "season_next"))


def _middle(year: int) -> int:
    return dt.date(min(max(year, 1900), 2100), 7, 1).toordinal()


def weigh_days(clues: Clues, days: Sequence[int]) -> list[tuple[Ints, float]]:
    """
    Which weights each day draws from the clues.

    Each item is one clue: the index of its weight for every day, shape ``(n_days,)``, and how much it counts. A day's log
    probability is, up to a constant, the sum over the items.
    """
    d = np.asarray(days, dtype=np.int64)
    dates = [dt.date.fromordinal(int(day)) for day in days]
    years = np.array([min(max(date.year, YEARS[0]), YEARS[-1]) - YEARS[0] for date in dates])
    months = np.array([date.month - 1 for date in dates])
    items: list[tuple[Ints, float]] = [((_YEAR_PRIOR_AT + years).astype(np.int32), 1.0)]

    def gap(kind: str, day: int, count: float) -> None:
        items.append(((_AT[kind] + np.searchsorted(_EDGES, d - day)).astype(np.int32), count))

    groups: dict[str, list[tuple[int, int]]] = {}
    for name, spans in (("past", clues.past), ("plain", clues.plain), ("future", clues.future)):
        for a, b in set(spans):
            width = "day" if b - a < 8 else "month" if b - a < 125 else "year"
            groups.setdefault(f"{name}_{width}", []).append((a, b))
    for kind, spans in groups.items():
        for a, b in spans:
            gap(kind, b if kind.startswith("future") else a, len(spans) ** -0.6)
    for a, b in set(clues.now):
        gap("now_day" if b - a < 40 else "now_year", a, 1.0)
    every = [*clues.past, *clues.plain, *clues.future]
    if every:
        gap("latest", max(a for a, _ in every), 1.0)
        inside = np.zeros(len(d), dtype=bool)
        for a, b in every:
            inside |= (a <= d) & (d <= b)
        items.append(((_NAMED_AT + inside).astype(np.int32), 1.0))
    if len(every) == 1:
        gap("single", every[0][0], 1.0)
    exact = [a for a, b in [*clues.past, *clues.plain] if b - a < 8]
    for kind, found in (
        ("earliest_future", [b for _, b in clues.future]),
        ("coming", clues.coming),
        ("coming_year", clues.coming_year),
    ):
        if found:
            gap(kind, min(found), 1.0)
    known_ahead, known_behind = (
        [day for day in clues.known_days if day > 0],
        [-day for day in clues.known_days if day < 0],
    )
    for kind, found in (
        ("latest_past", [a for a, _ in clues.past]), ("latest_exact", exact), ("out", clues.out), ("out_year", clues.out_year), ("known_ahead", known_ahead), ("known_behind", known_behind),
        ("filming_start", [a for a, _ in clues.filming]), ("unfilmed", clues.unfilmed),
    ):  # fmt: skip
        if found:
            gap(kind, max(found), 1.0)
    if clues.filming:
        gap("filming_end", min(b for _, b in clues.filming), 1.0)
    for i, (year, seasons, series) in enumerate(clues.titles[:3]):
        middle = _middle(year)
        kind = "series" if series else "film"
        gap(
            f"title_{kind}_{min(seasons, 3)}" if i == 0 else f"other_{kind}",
            middle + (max(0, seasons - 3) * 400 if series else 0),
            1.0 if i == 0 else 0.5,
        )
    if clues.titles:
        gap("newest_title", _middle(max(year for year, _, _ in clues.titles)), 1.0)
    if clues.seasons:
        gap("season_newest", max(middle for middle, _ in clues.seasons), 1.0)
    for middle, kind in clues.seasons[:4]:
        gap(kind, middle, 0.5 if kind == "season_other" else 1.0)
    for middle, kind, count in clues.told:
        gap(kind, middle, count)
    out = [middle for middle, kind, count in clues.told if kind.endswith("out") and count >= 0.25]
    ahead = [middle for middle, kind, count in clues.told if kind.endswith(("coming", "making")) and count >= 0.25]
    if out:
        gap("told_out", max(out), 1.0)
    if ahead:
        gap("told_ahead", max(ahead), 1.0)
    for month, day, told in set(clues.months):
        shift = _MONTHS_AT + 12 * ((told + 1) * 2 + bool(day))
        items.append(((shift + (months - (month - 1)) % 12).astype(np.int32), len(set(clues.months)) ** -0.5))
    for month in set(clues.seasons_of_year):
        items.append(((_SEASONS_AT + (months - (month - 1)) % 12).astype(np.int32), 1.0))
    for month, day, weekday in set(clues.weekdays):
        fits = np.array([_falls_on(date, month, day, weekday) for date in dates])
        items.append(((_WEEKDAYS_AT + fits).astype(np.int32), 1.0))
    for word in clues.year_words:
        items.append(((_YEAR_WORDS_AT + word * len(YEARS) + years).astype(np.int32), 1.0))
    for word in clues.month_words:
        items.append(((_MONTH_WORDS_AT + word * 12 + months).astype(np.int32), 1.0))
    return items


def _falls_on(near: dt.date, month: int, number: int, weekday: int) -> bool:
    """Whether the date without a year, read as the nearest one to the day, falls on the weekday."""
    best: dt.date | None = None
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            other = dt.date(year, month, number)
        except ValueError:
            continue
        if best is None or abs((other - near).days) < abs((best - near).days):
            best = other
    return best is not None and best.weekday() == weekday


def assumed_weights() -> Floats:
    """
    The weights before any article is seen: what is out is not younger than the document, what is coming not older.

    Training moves away from them where articles say so; few articles speak of seasons that the catalogue can date.
    """
    weights = np.zeros(WEIGHTS)
    middles = np.concatenate([[_EDGES[0] - 500], (_EDGES[:-1] + _EDGES[1:]) / 2, [_EDGES[-1] + 500]])
    for kind, low, high, cost in (
        ("out", 0, 900, 3.0),
        ("coming", -500, 0, 3.0),
        ("out_year", -180, 1000, 2.0),
        ("coming_year", -700, 180, 2.0),
        ("filming_start", 0, 320, 2.0),
        ("filming_end", -320, 0, 2.0),
        ("unfilmed", -150, 15, 2.0),
        ("known_ahead", -330, 0, 4.0),
        ("known_behind", 0, 330, 4.0),
        ("earliest_future", -500, 0, 1.5),
        ("latest_past", 0, 700, 1.0),
    ):
        outside = (middles < low - 1) | (middles > high + 1)
        weights[_AT[kind] : _AT[kind] + _BINS][outside] -= cost
    for kind in ("past_day", "past_month", "past_year", "latest_past", "latest_exact"):
        weights[_AT[kind] : _AT[kind] + _BINS][middles < -400] -= 1.5  # nobody tells as past what lies years ahead
    for kind in ("latest", "single", "newest_title"):
        weights[_AT[kind] : _AT[kind] + _BINS][middles < -1500] -= 1.5
    weights[_WEEKDAYS_AT] = -2.0  # the date falls on another weekday
    return weights
