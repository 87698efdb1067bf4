"""How an alert is put into words: a title, and a body with before, after, probability, quote and the reason for it."""

from __future__ import annotations

from collections.abc import Sequence

from callboard import spoken_dates
from callboard.alerts.follows import ATTACHED, Follow, News
from callboard.show import words
from callboard.show.addresses import safe_url
from callboard.show.changes import who_said

_MOST_QUOTE = 400  # characters of a quote; some services cut a message at 1,000
_MOST_TOLD = 20  # in one message
_LABELS = {**words.AXES, ATTACHED: "New project"}


def title_of(news: News) -> str:
    """ "Luke Cage, season 2: preparation → filming (91 %)" """
    return _harmless(f"{words.clean(str(news.production))}: {news.headline}")


def body_of(news: News) -> str:
    """What was held, what is held now and how surely, and the sentences that say so; without the reason for telling."""
    lines = [
        f"{_LABELS[news.axis]}: before {news.before_words}; now {news.after_words} ({words.percent(news.probability)}),"
        f" {spoken_dates.day(news.day)}"
    ]
    for report in news.why:
        quote = words.clean(report.claim.quote.text)
        if len(quote) > _MOST_QUOTE:
            quote = quote[: _MOST_QUOTE - 1] + "…"
        lines.append(f"“{quote}”")
        lines.append(f"    {who_said(report)}")
        if url := safe_url(report.url):
            lines.append(f"    {url}")
    if not news.why:
        lines.append("Nothing new was said: time alone brought it.")
    return _harmless("\n".join(lines))


def because_of(follows: Sequence[Follow]) -> str:
    """ "you follow title Luke Cage" """
    return _harmless("you follow " + " and ".join(words.clean(str(follow)) for follow in follows))


def bundle(told: Sequence[tuple[str, str]], *, daily: bool) -> tuple[str, str]:
    """Several alerts, each a title and a body, as one message."""
    if len(told) == 1 and not daily:
        return told[0]
    heading = f"callboard: {words.plural(len(told), 'change')}{' of the day' if daily else ' at once'}"
    parts = [f"{title}\n{body}" for title, body in told[:_MOST_TOLD]]
    if len(told) > _MOST_TOLD:
        parts.append(f"and {len(told) - _MOST_TOLD} more: callboard alerts log")
    return heading, "\n\n".join(parts)


def _harmless(text: str) -> str:
    """The text without what chat services take for a call to people: "@everyone", "<@id>"."""
    return text.replace("@", "\N{FULLWIDTH COMMERCIAL AT}")
