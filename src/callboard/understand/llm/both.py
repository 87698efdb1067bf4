"""Two readers of one document: what both say counts for more, where they differ both are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from callboard.model import BUILTIN, Claim, title_key
from callboard.understand.llm.grounding import fold


def name_of(model: str) -> str:
    """The name of a model as a reader."""
    return f"llm:{model}" if model else "llm"


def join_readings(builtin: Sequence[Claim], model: Sequence[Claim], name: str) -> list[Claim]:
    """
    The claims of both readers, in the order of the text.

    Two claims agree when they have title, season, event, modality, person and place in common and times that may be the
    same day. One claim is made of them: the one with the narrower time, of equals the built-in reader's; it scores
    ``1 - (1 - a)(1 - b)``, the probability that not both are wrong, were they wrong independently. All others stay as they
    are: the model's with its name, the built-in reader's without one.

    Args:
        builtin: Claims of the built-in reader.
        model: Claims of the model.
        name: The model's name as a reader.
    """
    rest = list(model)
    said: list[Claim] = []
    for claim in builtin:
        other = next((mate for mate in rest if agree(claim, mate)), None)
        if other is None:
            said.append(claim)
            continue
        rest.remove(other)
        score = 1 - (1 - claim.score) * (1 - other.score)
        said.append(replace(_better(claim, other), score=score, reader=f"{BUILTIN}+{name}"))
    said += by_reader(rest, name)
    return sorted(said, key=lambda claim: (claim.quote.part != "headline", claim.quote.start))


def by_reader(claims: Sequence[Claim], name: str) -> list[Claim]:
    """The claims with the name of who read them."""
    return [replace(claim, reader=name) for claim in claims]


def agree(one: Claim, other: Claim) -> bool:
    """Whether two claims say the same, though perhaps in other words of the text."""
    return (
        title_key(one.production.title) == title_key(other.production.title)
        and one.production.season == other.production.season
        and one.event == other.event
        and one.modality == other.modality
        and _same_name(one.person, other.person)
        and _same_name(one.place, other.place)
        and (one.time is None or other.time is None or one.time.overlaps(other.time))
    )


def _same_name(one: str | None, other: str | None) -> bool:
    """Whether one name stands within the other, word by word: "Atlanta" and "Atlanta, Georgia"."""
    if not one or not other:
        return not one and not other
    a, b = fold(one), fold(other)
    return a in b or b in a


def _better(builtin: Claim, model: Claim) -> Claim:
    if model.time is None:
        return builtin
    if builtin.time is None or model.time.width_days < builtin.time.width_days:
        return model
    return builtin
