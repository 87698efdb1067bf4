"""
The learned part of the reader: weight tables and forests, and beside them the encoder, trained by `bench/train_reader.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from io import BytesIO

import numpy as np
from numpy.typing import NDArray

from callboard.errors import ModelError
from callboard.understand import (
    casting_seasons,
    castings,
    dating_clues,
    details,
    joining,
    modality,
    second_look,
    sources,
    title_company,
    title_features,
)
from callboard.understand.encoder import Encoder, read_encoder
from callboard.understand.forest import Floats, Forest
from callboard.understand.linear import Linear

FORMAT = 3
FORESTS = {
    "titles": title_features.FEATURES,
    "works": title_company.FEATURES,
    "rows": joining.FEATURES,
    "claims": second_look.ROW_FEATURES,
    "modalities": modality.FEATURES,
    "times": details.TIME_FEATURES,
    "sources": sources.SOURCE_FEATURES,
    "pairs": castings.PAIR_FEATURES,
    "people": second_look.PAIR_FEATURES,
    "seasons": casting_seasons.SEASON_FEATURES,
}


@dataclass(frozen=True)
class Scorer:
    """Everything learned."""

    forests: Mapping[str, Forest]
    encoder: Encoder
    events: Linear
    classes: Linear  # the same outputs, from the classes of the words
    modality: Linear
    persons: Linear  # outputs: castings.EVENTS
    contexts: Linear  # of title candidates; one output
    timewords: Linear  # of the times that a claim may have; one output
    sourcewords: Linear  # of the sources that a claim may have; one output
    dating: Floats  # weights of the clues to a day of publication, shape (dating_clues.WEIGHTS,)
    calibration: tuple[NDArray[np.float64], NDArray[np.float64]]  # raw claim probability -> calibrated, increasing
    named_calibration: tuple[NDArray[np.float64], NDArray[np.float64]]  # the same for cast, crew and places
    thresholds: Mapping[
        str, float
    ]  # event -> least probability of a claim that is made; calibrated, but for cast, crew and places
    data_digest: str  # of the corpus it was trained on

    def calibrated(self, raw: float) -> float:
        """The share of claims with this raw probability that proved right in cross-validation."""
        return float(np.interp(raw, *self.calibration))

    def calibrated_named(self, raw: float) -> float:
        """The same for a claim about a person or a place."""
        return float(np.interp(raw, *self.named_calibration))


@lru_cache(maxsize=1)
def load_scorer() -> Scorer:
    """
    The scorer of the package.

    Raises:
        ModelError: A file of the model is missing, damaged or of another format, or the two are not of one training.
    """
    try:
        data = files("callboard.understand").joinpath("model.npz").read_bytes()
        with np.load(BytesIO(data), allow_pickle=False) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except (OSError, ValueError) as error:
        raise ModelError(
            f"the reader's model is missing or damaged ({error}); install callboard again, or run make model"
        ) from error
    if int(arrays["format"][0]) != FORMAT:
        raise ModelError(
            f"the reader's model has format {int(arrays['format'][0])}, this callboard needs {FORMAT}; run make model"
        )
    for name, features in FORESTS.items():
        stored_names = arrays.get(f"{name}.features")
        if stored_names is None or str(stored_names[0]) != " ".join(features):
            raise ModelError(f"the reader's model was trained on other features of {name}; run make model")
    encoder = read_encoder()
    if str(arrays["encoder"][0]) != hashlib.sha256(encoder).hexdigest():
        raise ModelError(
            "the reader's model was trained with another encoder; install callboard again, or run make model"
        )
    return Scorer(
        forests={name: Forest.of_arrays(name, arrays) for name in FORESTS},
        encoder=Encoder.of_bytes(encoder),
        events=Linear.of_arrays("events", arrays),
        classes=Linear.of_arrays("classes", arrays),
        modality=Linear.of_arrays("modality", arrays),
        persons=Linear.of_arrays("persons", arrays),
        contexts=Linear.of_arrays("contexts", arrays),
        timewords=Linear.of_arrays("timewords", arrays),
        sourcewords=Linear.of_arrays("sourcewords", arrays),
        dating=np.asarray(arrays["dating.weights"], dtype=np.float64)
        if "dating.weights" in arrays
        else dating_clues.assumed_weights(),
        calibration=(arrays["calibration.raw"], arrays["calibration.right"]),
        named_calibration=(arrays["named.raw"], arrays["named.right"]),
        thresholds=dict(zip((str(e) for e in joining.EVENTS), map(float, arrays["thresholds"]))),
        data_digest=str(arrays["digest"][0]),
    )
