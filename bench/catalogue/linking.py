"""
Measures linking: `python bench/catalogue/linking.py [FILES...] [--titles 1000000] [--catalogue FILE] [--show]`.

A mention is a claim of an article as far as it is given away: its event, its quote, and the person or place it names, but
neither title nor season. What must come back is the production. So it does not count whether an event is found, only
whom the words are taken to speak of; docs/catalogue.md says how right is defined.

Measured with the starter catalogue; with a million imported titles behind it, the articles' own among them; and with the
articles' own taken out of the starter catalogue, where the title must come back and no other production for it.
linking.tsv says which entry of the starter catalogue is meant where several have the name, or the only one is another
work; where it says nothing, the one entry of that name is meant. The reader was trained on `train-*`, so its part of the
work is only judged fairly by `dev.jsonl`; what the catalogue makes of names can be worked on with `train-*`.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import json
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from made import OwnTitle, make_files

sys.path.insert(0, str(Path(__file__).parents[1]))
from gold import document_of
from score import ANY_SEASON, same_person, same_place

from callboard.catalogue.catalogue import Catalogue, Title
from callboard.catalogue.imports.formats import format_of
from callboard.catalogue.imports.importing import import_file
from callboard.catalogue.searching import Candidate, Context, find_meant
from callboard.catalogue.starter import load_starter
from callboard.catalogue.store import open_store
from callboard.catalogue.user import with_user
from callboard.model import Event, title_key
from callboard.understand import casting_seasons, castings, people
from callboard.understand.claims import castings_of, judge_frames, rate_pairs, rate_rows, stages_of
from callboard.understand.dating import date_document
from callboard.understand.frames import find_frames
from callboard.understand.joining import EVENTS, kind_words, make_rows
from callboard.understand.reader import Reader
from callboard.understand.reading import Reading

CORPUS = Path(__file__).parents[1] / "corpus"
NOW = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
NO_ENTRY = "none"
UNKNOWN = "\\N"  # a year, as IMDb marks it
Article = dict  # as a line of the corpus has it


@dataclass(frozen=True)
class Link:
    """What a mention was taken to speak of."""

    name: str  # of the title, as the article writes it
    key: str  # of the title, aliases resolved
    season: int | None
    kind: str | None  # as the sentences that name the title call it
    platform: str | None  # that stands beside the title
    people: tuple[str, ...]  # that do


@dataclass(frozen=True)
class Mention:
    """Statements of one event in the same words, about one or more productions."""

    article: Article
    event: str
    who: str | None  # the person or the place
    start: int  # of the quote, in the headline and the text as the reader lays them out
    end: int
    meant: tuple[tuple[str, int | None], ...]  # title and season of each production


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=sorted(CORPUS.glob("train-*.jsonl")))
    parser.add_argument("--titles", type=int, default=1_000_000, help="of the made catalogue")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument(
        "--catalogue", type=Path, help="keep the made catalogue here, or take it from here; else removed"
    )
    parser.add_argument("--show", action="store_true", help="what went wrong, too")
    args = parser.parse_args()
    articles = [json.loads(line) for path in args.files for line in path.read_text("utf-8").splitlines()]
    starter = load_starter()
    entries = read_entries(starter, articles)
    own = {title_key(title) for article in articles for title in titles_of(article)}
    measure("starter", starter, starter, None, articles, entries, args.show)
    with tempfile.TemporaryDirectory() as made:
        store = args.catalogue or Path(made) / "catalogue.db"
        if not store.exists():
            _make(store, Path(made), args.titles, args.seed, own_titles(starter, articles, entries))
        rows = {own.name: f"imdb:tt{n:08}" for n, own in enumerate(own_titles(starter, articles, entries))}
        imported = {slot: (*found, rows[slot[1]]) for slot, found in entries.items()}
        with open_store(store) as opened:
            measure("million", with_user(starter, store), starter, opened, articles, imported, args.show)
    removed = without(starter, own)
    measure("removed", removed, removed, None, articles, dict.fromkeys(entries, ()), args.show)


def measure(
    what: str,
    known: Catalogue,
    starter: Catalogue,
    store: sqlite3.Connection | None,
    articles: Sequence[Article],
    entries: Mapping[tuple[str, str], Sequence[str]],
    show: bool,
) -> None:
    """
    Prints the shares of mentions whose title, season and entry of the catalogue came back right, and of what was left open.

    Args:
        known: What the reader is given.
        starter: The catalogue that came along, which is searched for entries.
        store: The user's, which is searched as well; None where there is none.
        entries: (id of the article, title) -> the entries that are right, as `_entry` writes them; none: no entry is.
    """
    count: Counter[str] = Counter()
    reader = Reader.load(known)
    for article in articles:
        year, linked = link(reader, article)
        latest: dict[str, int] = {}  # title -> the highest season that the article is taken to speak of
        for _, _, given in linked:
            for each in given.values():
                latest[each[0].key] = max(latest.get(each[0].key, 0), *(one.season or 0 for one in each))
        for mention, unaided, given in linked:
            for title, season in mention.meant:
                key = resolve(known, title_key(title))
                found, right, entry, candidates = given.get(key, []), False, "", []
                if found:
                    right = any(same_season(mention.event, season, each.season) for each in found)
                    number, first = latest[key] or None, found[0]
                    kind = "series" if number else first.kind
                    context = Context(
                        kind=kind, platform=first.platform, people=first.people, season=number, spoken=year
                    )
                    candidate, candidates = find_meant(starter, store, first.name, context)
                    entry = _entry(candidate) if candidate else ""
                wanted = entries[article["id"], title]
                same = bool(found) and not candidates and (entry in wanted if wanted else not entry)
                alone = [each for each in unaided if each.key == key]
                count.update(
                    mentions=1,
                    offered=bool(found),
                    season=right,
                    entry=same,
                    open=bool(candidates),
                    production=right and same,
                    alone=bool(alone),
                    alone_season=any(same_season(mention.event, season, each.season) for each in alone),
                )
                if show and not (right and same):
                    why = "title" if not found else "season" if not right else "open" if candidates else "entry"
                    got = ", ".join(f"{each.name} {each.season or ''}".strip() for each in found)
                    told = f" [{entry or NO_ENTRY}, not {'; '.join(wanted) or NO_ENTRY}]" if why == "entry" else ""
                    print(f"  {what} {why} {article['id']} {mention.event}: {title} {season or ''} -> {got}{told}")
    total, offered = count["mentions"], max(1, count["offered"])
    print(
        f"{what:8} {total:,} mentions: production {count['production'] / total:.3f}; title offered {offered / total:.3f}, "
        f"of these season {count['season'] / offered:.3f}, entry {count['entry'] / offered:.3f}, open {count['open'] / offered:.3f}; "
        f"unaided title {count['alone'] / total:.3f}, and season {count['alone_season'] / total:.3f}",
        flush=True,
    )


def link(
    reader: Reader, article: Article
) -> tuple[int | None, list[tuple[Mention, list[Link], dict[str, list[Link]]]]]:
    """
    The year of an article, and each mention with the reader's best links: as many as it has productions, whatever their
    title; and for each title that is meant and that the reader offers, as many as it has seasons of that title.
    """
    reading = reader.read(document_of(article))
    published = reading.document.published
    if published is None:
        dated = date_document(reading, reader.catalogue, reader.scorer.dating)
        published = dated.published if dated else None
    frames = find_frames(reading)
    judged = judge_frames(frames, reader.scorer, reader.wording)
    rows, table = make_rows(reading, judged, reader.lexicon)
    scores = rate_rows(frames, rows, table, reader.scorer)
    stages = stages_of(frames, rows, [float(score) for score in scores])
    named = people.find_mentions(frames)
    pairs: Sequence[castings.Pair] = ()
    if named:
        odds = reader.scorer.persons.log_odds_of([people.mention_features(m, frames[m.frame]) for m in named])
        casting = castings_of(reading, judged, named, odds, reader.lexicon)
        pairs = casting.pairs
        pair_scores = rate_pairs(frames, named, casting, reader.scorer)
        seasons_of, season_table = casting_seasons.describe_seasons(
            reading, frames, named, pairs, reader.lexicon, stages
        )
        chosen = casting_seasons.choose_seasons(seasons_of, reader.scorer.forests["seasons"].probability(season_table))

    def make(key: str, season: int | None) -> Link:
        return Link(
            reading.candidates[key].name,
            resolve(reader.catalogue, key),
            season,
            _kind(frames, key),
            _platform(frames, key),
            _people(frames, key),
        )

    anywhere = {resolve(reader.catalogue, key): (key, None) for key in reversed(reading.ranking)}
    for i in np.argsort(scores):
        key = frames[rows[i].frame].key
        anywhere[resolve(reader.catalogue, key)] = (key, rows[i].season)
    linked = []
    for mention in mentions_of(article, reading):
        here = {
            sentence.index
            for sentence in reading.layout.sentences
            if mention.start < sentence.end and sentence.start < mention.end
        }
        options: list[tuple[int, float, str, int | None]] = []
        for p, pair in enumerate(pairs):
            spoken = named[pair.mention]
            same = str(castings.EVENTS[pair.event]) == mention.event and _names(mention, spoken.entity.name)
            if same and frames[spoken.frame].sentence.index in here:
                options.append((2, float(pair_scores[p]), pair.key, chosen.get(p)))
        for i, row in enumerate(rows):
            if frames[row.frame].sentence.index in here:
                rank = int(str(EVENTS[row.event]) == mention.event)
                options.append((rank, float(scores[i]), frames[row.frame].key, row.season))
        ranked = sorted(options, key=lambda option: option[:2], reverse=True)
        best = list(dict.fromkeys((key, season) for _, _, key, season in ranked))
        given = {}
        for key, count in Counter(resolve(reader.catalogue, title_key(title)) for title, _ in mention.meant).items():
            own = [each for each in best if resolve(reader.catalogue, each[0]) == key]
            # a title that the sentence is not about as far as the reader sees: its season by the rest of the article
            own = own or [each for each in (anywhere.get(key),) if each]
            if own:
                given[key] = [make(*each) for each in own[:count]]
        linked.append((mention, [make(*each) for each in best[: len(mention.meant)]], given))
    return (published.middle.year if published else None), linked


def mentions_of(article: Article, reading: Reading) -> list[Mention]:
    """The claims of an article, those of one event, sentence and name together."""
    found: dict[tuple[object, ...], Mention] = {}
    for claim in article["claims"]:
        start = reading.layout.full.find(claim["quote"])
        end = start + len(claim["quote"])
        who = claim["person"] or claim["place"]
        slot = claim["event"], who, tuple(s.index for s in reading.layout.sentences if start < s.end and s.start < end)
        one = Mention(article, claim["event"], who, start, end, ((claim["title"], claim["season"]),))
        if slot in found:
            before = found[slot]
            meant = tuple(dict.fromkeys([*before.meant, *one.meant]))
            one = replace(one, start=min(start, before.start), end=max(end, before.end), meant=meant)
        found[slot] = one
    return list(found.values())


def same_season(event: str, gold: int | None, found: int | None) -> bool:
    """As `score.py` counts it: where the gold has no season, some events may name one, and a film may be season 1."""
    return gold == found or (gold is None and (event in ANY_SEASON or found == 1))


def resolve(known: Catalogue, key: str) -> str:
    """The key that an alias leads to; any other key itself."""
    return key if key in known.titles else known.aliases.get(key, key)


def read_entries(starter: Catalogue, articles: Sequence[Article]) -> dict[tuple[str, str], Sequence[str]]:
    """(article, title) -> the starter's entries that are meant; none where it has no such work."""
    with (Path(__file__).parent / "linking.tsv").open(encoding="utf-8", newline="") as file:
        told = {
            (row["article"], row["title"]): [each for each in row["entry"].split("; ") if each]
            for row in csv.DictReader(file, delimiter="\t")
        }
    found: dict[tuple[str, str], Sequence[str]] = {}
    for article in articles:
        for title in titles_of(article):
            slot = article["id"], title
            found[slot] = told.get(
                slot, [f"{each.kind} {each.year or ''}".strip() for each in starter.titles_named(title)]
            )
    return found


def titles_of(article: Article) -> list[str]:
    """The titles that the claims of an article are about."""
    return list(dict.fromkeys(claim["title"] for claim in article["claims"]))


def own_titles(
    starter: Catalogue, articles: Sequence[Article], entries: Mapping[tuple[str, str], Sequence[str]]
) -> list[OwnTitle]:
    """
    What the articles speak of as a catalogue has it: with its people, and with its year where the starter or a claim has it.
    """
    found: dict[str, OwnTitle] = {}
    for article in articles:
        for title in titles_of(article):
            claims = [claim for claim in article["claims"] if claim["title"] == title]
            before = found.get(title, OwnTitle(title, "movie", UNKNOWN))
            kind, _, year = (entries[article["id"], title] or [""])[0].partition(" ")
            series = any(claim["season"] for claim in claims) or kind == "series" or before.kind == "tvSeries"
            if not year or kind != ("series" if series else "film"):
                released = [
                    c["time"] for c in claims if c["event"] == "release" and c["season"] in (None, 1) and c["time"]
                ]
                year = released[-1][:4] if released else ""
            year = year if year.isdigit() else before.year
            people = dict.fromkeys([*before.people, *(c["person"] for c in claims if c["person"])])
            found[title] = OwnTitle(title, "tvSeries" if series else "movie", year, tuple(people))
    return list(found.values())


def without(starter: Catalogue, removed: set[str]) -> Catalogue:
    """The starter catalogue without some titles, and without the aliases that lead to them."""
    titles: dict[str, Sequence[Title]] = {key: starter.titles[key] for key in starter.titles if key not in removed}
    aliases = {alias: key for alias, key in starter.aliases.items() if key in titles and alias not in removed}
    return replace(starter, titles=titles, aliases=aliases)


def _make(store: Path, folder: Path, titles: int, seed: int, own: list[OwnTitle]) -> None:
    for path in make_files(folder, 10 * titles, seed, own):
        import_file(store, path, format_of(path), now=NOW)
        path.unlink()


def _entry(candidate: Candidate) -> str:
    return candidate.id if candidate.id != "starter" else f"{candidate.kind} {candidate.year or ''}".strip()


def _kind(frames, key: str) -> str | None:  # type: ignore[no-untyped-def]
    texts = [frame.sentence.text for frame in frames if frame.key == key and frame.how == "named"]
    film, series = (sum(counts) for counts in zip((0, 0), *map(kind_words, texts), strict=True))
    return "film" if film > series else "series" if series > film else None


def _platform(frames, key: str) -> str | None:  # type: ignore[no-untyped-def]
    beside = Counter(_beside(frames, key, "platform"))
    return beside.most_common(1)[0][0] if beside else None


def _people(frames, key: str) -> tuple[str, ...]:  # type: ignore[no-untyped-def]
    return tuple(dict.fromkeys(_beside(frames, key, "person")))


def _beside(frames, key: str, kind: str) -> list[str]:  # type: ignore[no-untyped-def]
    """The names of a kind in the sentences that name a title, or that are taken to speak of it."""
    own = [frame for frame in frames if frame.key == key and (frame.how == "named" or frame.rank == 0)]
    return [entity.name for frame in own for entity in frame.mentions.entities if entity.kind == kind]


def _names(mention: Mention, name: str) -> bool:
    if mention.event == str(Event.LOCATION):
        return same_place(mention.who, name)
    return same_person(mention.who, name)


if __name__ == "__main__":
    main()
