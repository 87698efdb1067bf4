"""The gold articles: which of them are learned from, and each as a reader is given it, without its answers."""

from pathlib import Path

from callboard.model import Document, Json
from callboard.when import When

PARTS = ("train", "natural", "extra")  # of the corpus, to learn from


def training_files(corpus: Path) -> list[Path]:
    """The files of articles to learn from, part by part."""
    return [path for part in PARTS for path in sorted(corpus.glob(f"{part}-*.jsonl"))]


def document_of(article: Json) -> Document:
    """The document; its publication date is None where it is withheld."""
    return Document(
        text=article["text"],
        headline=article["headline"],
        outlet=article["outlet"],
        url=article["source_url"],
        published=When.parse(article["published"]) if article["published_given"] else None,
    )


def predicted(reader, article: Json) -> Json:  # type: ignore[no-untyped-def]
    """What a reader finds in it, as `score.py` takes it."""
    document, claims = reader.understand(document_of(article))
    published = str(document.published) if document.published else None
    return {"id": article["id"], "published": published, "claims": [claim.to_json() for claim in claims]}
