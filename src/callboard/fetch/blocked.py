"""What may stand where an article was looked for: challenges, refusals and consent walls with status 200, a feed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

# Marks that stand on the page in between and not on articles of the same site, in lower case. Each begins with words that
# are looked for first: the patterns alone take 1 ms for a page.
_MARKS = tuple(
    (words, re.compile(pattern), what)
    for words, pattern, what in (
        (b"<title>", rb"<title>\s*(?:just a moment\b|attention required! \| cloudflare)", "a challenge"),
        (b"challenge-form", rb"<form[^>]+id=[\"']?challenge-form", "a challenge"),
        (b"captcha-delivery.com/", rb"captcha-delivery\.com/(?:captcha|interstitial|c\.js|i\.js)", "a challenge"),
        (b"px-captcha", rb"id=[\"']?px-captcha", "a challenge"),
        (b"<title>", rb"<title>\s*access to this page has been denied", "a challenge"),
        (b"_incapsula_resource", rb"<iframe[^>]+_incapsula_resource[^>]+incident_id", "a challenge"),
        (b"<title>", rb"<title>\s*(?:access denied|403 forbidden|request blocked|you have been blocked|pardon our interruption)", "a refusal"),
        (b"<title>", rb"<title>\s*(?:are you a robot|robot check|human verification|security check)", "a challenge"),
        (b"<title>", rb"<title>\s*(?:before you continue|your privacy choices|we value your privacy|cookie consent)", "a consent page"),
        (b"consent.", rb"<form[^>]+action=[\"']?https?://consent\.", "a consent page"),
    )
)  # fmt: skip
_LOOK_AT = 100_000  # bytes; such pages are small, but for pictures in their styles
_FEED = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*<(?:rss|feed|(?:\w+:)?RDF)[\s>]",
    re.DOTALL | re.I,
)
_CONSENT_HOST = re.compile(r"^(consent|guce|privacywall|cmp)\.")
_CHALLENGE_HEADERS = (("cf-mitigated", "challenge"), ("x-amzn-waf-action", ""))


def blocked_by(url: str, headers: Mapping[str, str], body: bytes) -> str | None:
    """
    What a page is that stands for an article; None where nothing says so.

    Args:
        url: Where it came from, after redirects.
        headers: Of the answer; names in any case.
        body: The page, as bytes.
    """
    if _CONSENT_HOST.match(urlsplit(url).hostname or ""):
        return "a consent page"
    lower = {name.lower(): value.lower() for name, value in headers.items()}
    if any(name in lower and value in lower[name] for name, value in _CHALLENGE_HEADERS):
        return "a challenge"
    start = body[:_LOOK_AT].lower()
    return next((what for words, mark, what in _MARKS if words in start and mark.search(start)), None)


def looks_like_feed(body: bytes) -> bool:
    """Whether bytes are RSS or Atom: the name of the first element says so."""
    return _FEED.match(body[:5_000]) is not None
