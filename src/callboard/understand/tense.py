"""
Whether what stands around a place of a sentence tells of the past or of the future.
"""

from __future__ import annotations

import re

from callboard.understand.layout import Sentence

FUTURE = re.compile(
    r"\b(?:will|[’']ll|won[’']t|set (?:to|for)|due|premieres|arrives|returns|coming|slated|scheduled|begins|starts|debuts|opens|bows|hits|drops|lands|until|"
    r"follows|next|expected|gets going|kicks off|is to|are to|going to|plans?|planned|wait|to (?:premiere|debut|air|return|begin|start|open|shoot|film)|"
    r"(?:pushed|moved|bumped|shifted|delayed|postponed|put)(?: back)? to)\b",
    re.I,
)
PAST = re.compile(
    r"\b(?:was|were|had|did|been|began|came|went|premiered|debuted|released|arrived|wrapped|ended|aired|opened|dropped|returned|launched|announced|ran|bowed|shot|"
    r"made|won|took|since|ago|back in|got|broke|finished|started|said|gave|left|died|picked|"
    # what is scheduled lies ahead, and what is limited or based on something tells no time
    r"(?!(?:schedul|slat|dat|expect|plann?|pegg|point|propos|delay|postpon|anticipat|await|titl|untitl|animat|limit|bas|unit|acclaim|belov|talent|dedicat|relat)ed\b)\w{3,}ed)\b",
    re.I,
)


def cue(sentence: Sentence, start: int, end: int) -> int:
    """-1 where the clause around tells of the past, 1 of the future, 0 where it does not say."""
    before = sentence.text[max(0, start - sentence.start - 70) : start - sentence.start]
    before = re.split(r"[.;—–]|, (?:and|but|while)\b", before)[-1]
    past = [m.start() for m in PAST.finditer(before)]
    future = [m.start() for m in FUTURE.finditer(before)]
    if past or future:
        return 1 if max(future, default=-1) > max(past, default=-1) else -1
    after = sentence.text[end - sentence.start : end - sentence.start + 50]
    after = re.split(r"[.;—–]", after)[0]
    first_past, first_future = PAST.search(after), FUTURE.search(after)
    if first_past and (not first_future or first_past.start() < first_future.start()):
        return -1
    return 1 if first_future else 0
