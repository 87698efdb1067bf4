"""
A made archive of news, the same for the same seed: one page in twenty is about productions, the rest is other news.

Articles about productions are those of bench/corpus (train and extra) that make claims. Other news is put together from
the sentences below, which were written for this and use the words that sport, courts and parliaments share with film and
television (season, series, shot, crew, show). Pages have menus, scripts and boxes as the web's have, and its sizes: a
median of 70 kB and a long tail. On one page in five, whatever it is about, a box names shows.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import json
import random
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

CORPUS = Path(__file__).parent.parent / "corpus"
MEDIAN_BYTES, SPREAD, LEAST_BYTES, MOST_BYTES = 70_000, 0.7, 12_000, 900_000
SHARE = 0.05
HARD = 0.3  # of the pages that are not about sport use the sentences with a star; all about sport use such words

PLACES = [
    "Ashford",
    "Brindle",
    "Calder",
    "Dunmore",
    "Easthaven",
    "Fallow",
    "Garrick",
    "Hollins",
    "Ironbridge",
    "Kestrel",
    "Larkfield",
    "Marston",
]
NAMES = [
    "Abbott",
    "Barnes",
    "Cole",
    "Dawes",
    "Ellery",
    "Finch",
    "Grange",
    "Hurst",
    "Innes",
    "Jarvis",
    "Keane",
    "Lowry",
    "Mercer",
    "Nolan",
    "Osgood",
    "Pryce",
]
OTHER = {
    "council": [
        "The council of {place} voted on {day} to mend the old bridge, after two winters in which lorries had to go round by the mill.",
        "Councillor {name} said that the work on the road will take until spring, and that no trees have to be felled for it.",
        "*Residents of {place} asked for a crossing near the school, and a series of meetings will be held about it.",
        "The plan was shelved in the last budget and is now back; it costs {n} million and the county pays half.",
        "A public hearing in {place} is set for {day}, and the report can be seen in the library until then.",
    ],
    "sport": [
        "{place} beat {place2} {n}-1 on {day}, and it was the side's best game of the season.",
        "{name} scored twice before the break, and the home crowd sang until the end.",
        "The club lost its star striker to a knee injury, and the director of sport hopes for his return in a month.",
        "It was the third win in a series of five games; the final will be played in {place2}.",
        "Coach {name2} said that his players gave all they had, and that the referee had a good day as well.",
    ],
    "court": [
        "A man from {place} was sentenced on {day} to {n} years for the robbery of a jeweller's shop.",
        "Police said that shots were fired near the station, and that nobody was hurt.",
        "*A camera over the door shows two men running to a grey car, which was found burnt out in {place2}.",
        "{name}, who defended him, said that she would appeal; the prosecutor {name2} was content.",
        "*The crew of the ambulance was at the scene within six minutes, and the street was closed for hours.",
    ],
    "markets": [
        "Shares of {name} and Sons fell {n} percent on {day}, after the maker of pumps missed its own forecast.",
        "Its chief executive said that orders from abroad had slowed, and that a plant in {place} will be closed.",
        "The central bank left its rate unchanged, as most economists had expected; the pound rose a little.",
        "*Analysts at {name2} Capital see a show of strength in the order book, and keep their advice to buy.",
        "The firm will release its figures for the third quarter in {place2} before the markets open.",
    ],
    "science": [
        "Researchers in {place} have found a way to keep vaccines cold without power for {n} days.",
        "The study, which was published on {day}, followed four hundred patients for two years.",
        "{name}, a professor of chemistry, said that the results must be repeated before anyone cheers.",
        "*A pilot of the method will begin in two clinics; a screen of older data showed the same effect.",
        "The team of {name2} measured the ice from a plane, and found it thinner than in any year before.",
    ],
    "weather": [
        "Heavy rain is expected to hit {place} on {day}, and the river may leave its banks by the evening.",
        "*The storm cut the power of {n} thousand homes; crews worked through the night to bring it back.",
        "Drivers were told to keep away from the coast road, where a lorry was blown over near {place2}.",
        "*The season of storms began early, said {name} of the weather service, and it is not over.",
        "Schools in {place2} stay closed, and {name2} of the county asked everybody to look after neighbours.",
    ],
    "politics": [
        "The minister {name} resigned on {day}, a day after the letters were made public.",
        "Members of the opposition asked for a vote, and the speaker will rule on it in {n} days.",
        "The bill on water companies passed its second reading, with thirty members of the government's own side against it.",
        "A spokesman said that the talks in {place} were frank, and that the two sides will meet again.",
        "*{name2} has wrapped up the inquiry and will hand in the report in autumn, when the house is back.",
    ],
}  # fmt: skip
BOX = [
    "Your guide to the new season: ten series to watch this week",
    "The trailer for the sequel is here, and fans have found something in it",
    "Renewed or cancelled? The list of all shows on Netflix and HBO",
]
MENU = [
    "Home",
    "News",
    "World",
    "Politics",
    "Business",
    "Sport",
    "Weather",
    "Culture",
    "Movies",
    "TV",
    "Music",
    "Books",
    "Travel",
    "Food",
    "Science",
    "Opinion",
    "Video",
]


@dataclass(frozen=True)
class Page:
    """A page of the archive."""

    url: str
    body: bytes
    about: bool  # a production


def make_pages(count: int, seed: int, share: float = SHARE) -> list[Page]:
    """So many pages in the order of the archive, of which this share is about productions."""
    rng = random.Random(seed)
    articles = [
        article
        for path in sorted([*CORPUS.glob("train-*.jsonl"), *CORPUS.glob("extra-*.jsonl")])
        for article in map(json.loads, path.read_text("utf-8").splitlines())
        if article["claims"]
    ]
    rng.shuffle(articles)
    wanted = round(count * share)
    kinds = [True] * wanted + [False] * (count - wanted)
    rng.shuffle(kinds)
    pages = []
    for number, about in enumerate(kinds):
        if about:
            article = articles[number % len(articles)] if wanted > len(articles) else articles.pop()
            headline, text, day = article["headline"], article["text"], article["published"] or "2018-05-04"
        else:
            headline, text, day = _other(rng)
        url = f"https://news{number % 40}.example/{'culture' if about else 'news'}/{number}"
        pages.append(Page(url, _page(rng, headline, text, day[:10], url).encode(), about))
    return pages


def write_archives(pages: list[Page], folder: Path, archives: int) -> list[Path]:
    """The pages spread over archives as CC-NEWS has them: one gzip member for each record."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number in range(archives):
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=True)
        for page in pages[number::archives]:
            http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            record = writer.create_warc_record(
                page.url,
                "response",
                payload=io.BytesIO(page.body),
                http_headers=http,
                warc_headers_dict={
                    "WARC-Date": "2026-06-01T00:00:00Z",
                    "WARC-Record-ID": f"<urn:uuid:00000000-0000-0000-0000-{int(page.url.rpartition('/')[2]):012}>",
                },
            )
            writer.write_record(record)
            record.raw_stream.close()
        path = folder / f"made-{number}.warc.gz"
        path.write_bytes(out.getvalue())
        paths.append(path)
    return paths


def _other(rng: random.Random) -> tuple[str, str, str]:
    hard = rng.random() < HARD
    sentences = [each.lstrip("*") for each in OTHER[rng.choice(sorted(OTHER))] if hard or each[0] != "*"]
    day = dt.date(2018, 1, 1) + dt.timedelta(rng.randrange(365))

    def told(sentence: str) -> str:
        place, place2 = rng.sample(PLACES, 2)
        name, name2 = rng.sample(NAMES, 2)
        return sentence.format(
            place=place, place2=place2, name=name, name2=name2, day=day.strftime("%A"), n=rng.randrange(2, 9)
        )

    paragraphs = [
        " ".join(told(sentence) for sentence in rng.sample(sentences, rng.randrange(2, 4)))
        for _ in range(rng.randrange(4, 12))
    ]
    return told(sentences[0])[:90].rstrip(" ,"), "\n\n".join(paragraphs), day.isoformat()


def _page(rng: random.Random, headline: str, text: str, day: str, url: str) -> str:
    size = min(max(int(rng.lognormvariate(0, SPREAD) * MEDIAN_BYTES), LEAST_BYTES), MOST_BYTES)
    paragraphs = "\n".join(
        f'<p class="article__text">{html.escape(each)}</p>' for each in text.split("\n") if each.strip()
    )
    menu = "".join(
        f'<li class="nav__item nav__item--{n}"><a class="nav__link" href="/{name.lower()}/" data-track="nav:{n}">{name}</a></li>\n'
        for n, name in enumerate(MENU)
    )
    related = [_other(rng)[0] for _ in range(rng.randrange(4, 16))]
    if rng.random() < 0.2:
        related += rng.sample(BOX, 2)
    teasers = "".join(
        f'<div class="teaser teaser--small"><a href="/news/{rng.randrange(10**6)}"><img src="/i/{rng.randrange(10**6)}.jpg" alt="">'
        f'<h3 class="teaser__title">{html.escape(each)}</h3></a></div>\n'
        for each in related
    )
    head = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(headline)} | The Example</title>\n'
        f'<link rel="canonical" href="{url}"><meta property="article:published_time" content="{day}T08:00:00Z">\n'
        f'<meta property="og:title" content="{html.escape(headline)}"><meta property="og:site_name" content="The Example">\n'
    )
    body = (
        f'<nav class="nav"><ul>{menu}</ul></nav><main><article class="article"><h1>{html.escape(headline)}</h1>\n'
        f'<time datetime="{day}">{day}</time>\n{paragraphs}</article></main><aside class="related">{teasers}</aside>\n'
        f'<footer class="footer"><ul>{menu}</ul><p>Terms of use, privacy and cookies of The Example and its partners.</p></footer>'
    )
    left = size - len(head) - len(body)
    scripts, styles = [], []
    while left > 0:
        row = (
            f'"w{rng.randrange(10**6)}":{{"id":{rng.randrange(10**9)},"slot":"{rng.choice(MENU)}-{rng.randrange(99)}",'
            f'"sizes":[[{rng.randrange(300, 900)},{rng.randrange(90, 600)}]],"lazy":{rng.choice(("true", "false"))}}},\n'
        )
        rule = f".c{rng.randrange(10**5)}--{rng.randrange(99)}{{margin:{rng.randrange(40)}px 0;color:#{rng.randrange(16**6):06x}}}\n"
        (scripts if rng.random() < 0.7 else styles).append(row if rng.random() < 0.7 else rule)
        left -= len(row)
    return (
        f"{head}<style>{''.join(styles)}</style><script>window.config={{{''.join(scripts)}}}</script></head>\n"
        f"<body>{body}</body></html>"
    )
