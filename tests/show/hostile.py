"""Five hundred strings that try to break out of a page, a table, a feed, a calendar or a terminal; the same in every run."""

from __future__ import annotations

import random

MARKUP = [
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<svg/onload=alert(1)>",
    "</style><style>*{display:none}",
    "<!-- ",
    "--><b>",
    "]]><x>",
    "<![CDATA[",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>&e;",
    "&lt;b&gt;&amp;#60;",
    "&#x3c;script&#x3e;",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</a></blockquote></main>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<template><noscript><plaintext>",
]
CELLS = [
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,2)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1",
    "\u200b=1",
    '","x","',
    '"\r\n"=1',
    "a;b|c\td",
]
LINES = [
    "\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:evil",
    "\nSTATUS:CANCELLED",
    "\\n\\,\\;\\\\",
    ";VALUE=URI:http://evil.example",
    '";X-EVIL=1:',
    "END:VCALENDAR",
    "\u2028BEGIN:VALARM\u2029",
    "\x85ATTACH:x",
    "^n^'^^",
    "\r\nSet-Cookie: a=b\r\n\r\n<html>",
]
DATA = [
    '"}],"evil":[{"',
    "\\u0022,\\u003c",
    "\\",
    "null",
    "NaN",
    "__proto__",
    "</entry><entry><id>evil</id>",
    "</summary>&evil;",
    "%00%0d%0a../../etc",
    "../../p/x?y#z",
    "?as_of=0001-01-01&kind=film#",
    "'; DROP TABLE claims; --",
    "%s%n{0}{x!r}",
]
MARKS = [
    "\u202eknil\u202c",
    "\u2066\u2067a\u2069",
    "\u200f\u061cb",
    "\ufeff\u200b\u2060",
    "\x00",
    "\x08\x7f\x9b31m",
    "\x1b[31mred\x1b[0m",
    "\x1b]8;;http://evil.example\x07link\x1b]8;;\x07",
    "\x1b]0;title\x07",
    "\ufffe\uffff",
    "\U000e0041\U000e0042",
    "\U0010ffff\ufdd0",
    "e\u0301\u0302\u0303" * 20,
    "Z\u0351\u0352\u0353\u0354" * 30,
    "[bold red]x[/]",
    ":warning: [link=http://evil.example]x[/link]",
    "ﷺ" * 40,
    "日本語" * 30,
    "👩‍👩‍👧‍👦" * 20,
    "İıſßﬁ",
]
LONG = ["x" * 3000, "<b>" * 700, "é" * 1200, "a " * 1500, '"' * 1000, "\\" * 999, "\n" * 500]
KINDS = (MARKUP, CELLS, LINES, DATA, MARKS, LONG)
PLAIN = ["Night", "the second season", "films in Oslo", "東京", "— 2018"]


def hostile_strings(count: int = 500) -> list[str]:
    """Each payload by itself, then payloads before, after, between and inside plain words and one another."""
    rng = random.Random(20170620)
    found = dict.fromkeys(payload for kind in KINDS for payload in kind)
    while len(found) < count:
        first, second = (rng.choice(rng.choice(KINDS[:5])) for _ in range(2))
        plain = rng.choice(PLAIN)
        middle = rng.randrange(len(first))
        found[
            rng.choice(
                [
                    f"{first} {plain}",
                    f"{plain} {first}",
                    f"{plain}{first}{plain}",
                    f"{first}{second}",
                    f"{first[:middle]}{second}{first[middle:]}",
                    f"{plain}\r\n{first}\n{second}",
                ]
            )
        ] = None
    return list(found)[:count]
