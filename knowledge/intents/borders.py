"""Where in a message another question begins: told for each token by a network that reads the message both ways."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from knowledge import learned_arrays
from knowledge.embedding.e5 import e5_small
from knowledge.intents.network import WIDTH, padded
from knowledge.learned_arrays import MEND, LearnedError

FILE = learned_arrays.FOLDER / "borders.npz"
NARROW, READ = 64, 48
LEFT_OUT = 0.3
LIKELY = 0.6  # left out of learning, nine of ten borders told are right, and nine of ten single questions stay whole
MARKS = " \t\n\r，,、。．.；;：:？?！!…~～-—"  # what stands between two questions belongs to neither
SHORTEST = 2  # letters of a question
Matrix = np.ndarray[Any, np.dtype[np.floating[Any]]]


class BorderNetwork(nn.Module):
    """Odds that another question begins, for each token. What it has learned of its inputs' scale is kept with it."""

    middle: Tensor
    spread: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.register_buffer("middle", torch.zeros(WIDTH))
        self.register_buffer("spread", torch.ones(WIDTH))
        self.left_out, self.narrow = nn.Dropout(LEFT_OUT), nn.Linear(WIDTH, NARROW)
        self.reader = nn.GRU(NARROW, READ, batch_first=True, bidirectional=True)
        self.odds = nn.Linear(2 * READ, 1)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """Odds (messages, tokens) from ``states`` (messages, tokens, 384), of which those ``there`` count."""
        narrow = torch.tanh(self.narrow(self.left_out((states - self.middle) / self.spread)))
        packed = pack_padded_sequence(narrow, there.sum(dim=1), batch_first=True, enforce_sorted=False)
        read, _ = pad_packed_sequence(self.reader(packed)[0], batch_first=True, total_length=states.shape[1])
        odds: Tensor = self.odds(self.left_out(read))[..., 0]
        return odds


class BorderReader:
    """Read-only, threads may share it."""

    def __init__(self, network: BorderNetwork) -> None:
        self._network = network.eval()

    def __call__(self, text: str, states: Matrix) -> tuple[str, ...]:
        """The questions in ``text``, in order; none where it is one. ``states`` (tokens, 384) by the bundled model."""
        with torch.inference_mode():
            likely = self._network(*padded([states]))[0].sigmoid().tolist()
        if max(likely) <= LIKELY:
            return ()
        placed = zip(likely, e5_small().places(text, question=True), strict=False)  # of the first tokens alone
        return cut(text, [start for odds, (start, end) in placed if odds > LIKELY and end > start > 0])


def cut(text: str, borders: Sequence[int]) -> tuple[str, ...]:
    """``text`` cut at the characters ``borders``; what is too short to be a question stays with the one before it.
    Nothing where it stays whole.
    """
    pieces: list[str] = []
    for start, end in zip([0, *borders], [*borders, len(text)], strict=True):
        piece = text[start:end]
        if pieces and len(piece.strip(MARKS)) < SHORTEST:
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(piece.strip(MARKS) for piece in pieces) if len(pieces) > 1 else ()


@cache
def border_reader() -> BorderReader:
    """The shipped reader, read once in a process. Raises ``LearnedError``."""
    return read(FILE)


def read(path: Path) -> BorderReader:
    """The reader in ``path``. Raises ``LearnedError``."""
    arrays, _ = learned_arrays.read(path)
    network = BorderNetwork()
    try:
        network.load_state_dict(
            {name: torch.from_numpy(arrays[name].astype(np.float32)) for name in network.state_dict()}
        )
    except (KeyError, RuntimeError):
        raise LearnedError(f"{path} is of another version of the program; {MEND}") from None
    return BorderReader(network)
