"""Makes the table of English words' embeddings: ``python -m knowledge.training english PAIRS``."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from knowledge import learned_arrays
from knowledge.embedding.minilm import minilm
from knowledge.index.text.dictionary import dictionary
from knowledge.text.language import ENGLISH_WORD, STOPWORDS_EN, stem
from knowledge.training.parallel_texts import english_texts

AXES = 192  # principal axes; they keep nearly all of the variance
MIN_COUNT = 2  # times a stem occurs in glosses and sentences
MAX_STEMS = 24_000


def build_english_table(pairs: Path, out: Path) -> None:
    """Embed the commonest form of each common stem and write the table to ``out``. Raises ``TrainingDataError``."""
    forms = _commonest_forms(pairs)
    stems = sorted(forms)
    vectors = minilm().encode([forms[root] for root in stems])
    axes = np.linalg.svd(vectors, full_matrices=False)[2][:AXES]
    rows = vectors @ axes.T
    scales = (np.abs(rows).max(axis=1) / 127).clip(1e-8)
    arrays = {
        "terms": np.frombuffer("\n".join(stems).encode(), dtype=np.uint8),
        "table": np.rint(rows / scales[:, None]).clip(-127, 127).astype(np.int8),
        "scales": scales.astype(np.float32),
        "axes": axes.astype(np.float16),
    }
    digest = learned_arrays.write(out, arrays)
    kept = float((rows**2).sum() / (vectors**2).sum())
    print(
        f"{out}: {len(stems)} words, {kept:.3f} of their variance, {out.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}"
    )


def _commonest_forms(pairs: Path) -> dict[str, str]:
    """The commonest form of each of the commonest stems, by stem."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    texts = [gloss.lower() for word in dictionary() for gloss in dictionary().glosses(word)]
    texts += [english.lower() for english in english_texts(pairs)]
    for text in texts:
        for word in ENGLISH_WORD.findall(text):
            if word not in STOPWORDS_EN and not word[0].isdigit() and len(word) > 1:
                counts[stem(word)][word] += 1
    totals = Counter({root: forms.total() for root, forms in counts.items() if forms.total() >= MIN_COUNT})
    return {root: counts[root].most_common(1)[0][0] for root, _ in totals.most_common(MAX_STEMS)}
