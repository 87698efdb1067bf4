"""
Turn articles written in a short notation into a benchmark file.

    python bench/compose.py ARTICLES.txt > bench/corpus/NAME.jsonl

Writing gold claims as JSON is slow and easy to get wrong, so articles are written like this and composed:

    === x1-001 | article | 2019-05-02 | given | The Example | https://example.org/page
    The headline
    ---
    The text, any number
    of lines.
    ---
    Ozark | 3 | order | 2019-05-02 | asserted | Netflix | Netflix | has ordered a third season
    ^     |   | ending | - | - | - | - | the third and last

The parts of a claim are title, season, event, time, modality, source, extra, quote. `^` repeats the title of the line
above, `=` its season; `-` or nothing is null, and a null modality is `asserted`. Extra is `person = role` for casting
and crew, the place for location, the platform for release, order and cancellation. A line that begins with `?` is an
optional claim. `given` or `withheld` says whether a reader is told the publication date.

Faults go to stderr with their line; the article they stand in is left out and the exit code is 1.
"""

import json
import sys

import validate


def compose_claim(line, above):
    """The claim in one line of the notation; `above` is the claim before it, or None."""
    optional = line.startswith("?")
    parts = [part.strip() for part in line.lstrip("? ").split("|", 7)]
    if len(parts) != 8:
        raise ValueError(f"eight parts divided by | are needed, {len(parts)} found")
    title, season, event, time, modality, source, extra, quote = (None if part in ("", "-") else part for part in parts)
    if title == "^" or season == "=":
        if above is None:
            raise ValueError("^ and = need a claim above")
        title = above["title"] if title == "^" else title
        season = str(above["season"] or "") or None if season == "=" else season
    person = role = place = platform = None
    if event in ("casting", "crew") and extra:
        person, _, role = (None if part.strip() in ("", "-") else part.strip() for part in extra.partition("="))
    elif event == "location":
        place = extra
    elif event in ("release", "order", "cancellation"):
        platform = extra
    elif extra:
        raise ValueError(f"{event} takes no extra, found {extra!r}")
    claim = {
        "title": title or "", "season": int(season) if season else None, "event": event, "time": time,
        "modality": modality or "asserted", "source": source, "person": person, "role": role, "place": place,
        "platform": platform, "quote": quote or "",
    }  # fmt: skip
    return claim | {"optional": True} if optional else claim


def compose_article(block):
    """One article from its lines, the first of which begins with `===`. Returns it and its faults."""
    name, kind, published, given, outlet, url = (part.strip() for part in block[0][3:].split("|"))
    parts = "\n".join(block[1:]).split("\n---\n")
    headline, text, notation = ([*parts, ""])[:3] if len(parts) in (2, 3) else ("", "", "")
    faults, claims = [], []
    if not text.strip():
        faults.append("headline, text and claims divided by lines of --- are needed")
    for line in notation.splitlines():
        if line.strip() and line.strip() != "---":
            try:
                claims.append(compose_claim(line.strip(), claims[-1] if claims else None))
            except ValueError as error:
                faults.append(f"{line.strip()[:70]!r}: {error}")
    article = {
        "id": name, "kind": kind, "published": published, "published_given": given == "given", "outlet": outlet,
        "source_url": url, "headline": headline.strip(), "text": text.strip(), "claims": claims,
    }  # fmt: skip
    return article, faults + list(validate.article_faults(article))


def main(path):
    blocks = []
    with open(path, encoding="utf-8") as lines:
        for line in lines.read().splitlines():
            if line.startswith("==="):
                blocks.append([line])
            elif blocks:
                blocks[-1].append(line.removesuffix("\r") if line.strip() != "---" else "---")
    bad = False
    for block in blocks:
        try:
            article, faults = compose_article(block)
        except ValueError as error:
            article, faults = None, [f"first line: {error}"]
        for fault in faults:
            print(f"{block[0][:40]}: {fault}", file=sys.stderr)
            bad = True
        if not faults:
            print(json.dumps(article, ensure_ascii=False))
    return int(bad)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
