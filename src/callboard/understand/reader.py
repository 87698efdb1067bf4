"""
The reader: a document in, its claims out. Everything it needs is loaded once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from callboard.model import Claim, Document
from callboard.understand.claims import find_claims, judge_frames
from callboard.understand.dating import date_document
from callboard.understand.frames import find_frames
from callboard.understand.layout import Layout, lay_out
from callboard.understand.lexicon import Known, Lexicon, make_lexicon
from callboard.understand.reading import Reading, read_mentions
from callboard.understand.scorer import Scorer, load_scorer
from callboard.understand.title_company import look_at_titles
from callboard.understand.title_features import context_features, describe
from callboard.understand.titles import Candidate, find_candidates
from callboard.understand.wording import Wording, load_wording

YEAR_UNKNOWN = (
    2017  # stands in for the publication year where nothing is known; only the distance to known titles uses it
)


@dataclass(frozen=True)
class _Names:
    """What may be a title in a document, whenever it was published."""

    layout: Layout
    candidates: dict[str, Candidate]
    context: Sequence[float]  # for each candidate what is made of the words around it, log odds


@dataclass(frozen=True)
class Reader:
    """Reads documents; the same document gives the same claims, in any process and any order."""

    catalogue: Known
    lexicon: Lexicon
    scorer: Scorer
    wording: Wording

    @staticmethod
    def load(catalogue: Known) -> Reader:
        """
        The reader of the package, with the names of a catalogue.

        Raises:
            ModelError: The model or a rule file of the package is missing or damaged.
        """
        return Reader(catalogue, make_lexicon(catalogue), load_scorer(), load_wording())

    def understand(self, document: Document) -> tuple[Document, list[Claim]]:
        """
        The document, with a publication date inferred as an interval where it had none, and the claims it makes.

        Each claim's quote is an exact run of the document's headline or text, and its score a probability.
        """
        outlet = self.catalogue.outlet_of(document.url) if document.url else None
        if outlet is not None:
            document = replace(document, outlet=outlet.name)  # "www.ew.com" and "EW" are one witness
        named = self._find_names(document)
        reading = self._read(document, named)
        if document.published is None:
            dated = date_document(reading, self.catalogue, self.scorer.dating)
            if dated is not None:
                reading = self._read(replace(document, published=dated.reference), named)  # times are read against it
                document = replace(document, published=dated.published, published_confidence=dated.confidence)
        judged = judge_frames(find_frames(reading), self.scorer, self.wording)
        return document, find_claims(reading, judged, self.scorer, self.lexicon)

    def read(self, document: Document) -> Reading:
        """All mentions of a document."""
        return self._read(document, self._find_names(document))

    def _find_names(self, document: Document) -> _Names:
        layout = lay_out(document)
        candidates = find_candidates(layout, self.lexicon)
        context = self.scorer.contexts.log_odds_of([context_features(layout, each) for each in candidates.values()])
        return _Names(layout, candidates, context[:, 0].tolist())

    def _read(self, document: Document, named: _Names) -> Reading:
        layout, candidates = named.layout, named.candidates
        year = document.published.middle.year if document.published else YEAR_UNKNOWN
        forests = self.scorer.forests
        rows = describe(layout, candidates, self.lexicon, year, named.context)
        look = look_at_titles(layout, candidates, self.lexicon, rows, forests["titles"].probability(rows))
        for candidate, probability in zip(candidates.values(), forests["works"].probability(look)):
            candidate.probability = float(probability)
        return read_mentions(document, candidates, layout, self.lexicon)
