"""Baselines for the search: plain LangChain + Chroma pipelines with one model each, and BM25 alone."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from chromadb.config import Settings
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

from knowledge.evaluation.beir import CorpusText
from knowledge.evaluation.metrics import unique
from knowledge.text.language import HAN, STOPWORDS_EN, STOPWORDS_ZH, fold, fold_question, stem, words

DEPTH = 50
K1, B = 1.2, 0.75  # BM25's usual numbers
STOPWORDS = STOPWORDS_EN | STOPWORDS_ZH


class PlainPipeline:
    """As LangChain's introduction builds one: its splitter, its Chroma wrapper, the embedding model, nothing else."""

    def __init__(self, texts: Sequence[CorpusText], model: Embeddings, folder: Path) -> None:
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        pieces = [(text.id, piece) for text in texts for piece in splitter.split_text(f"{text.title}\n{text.text}")]
        self._store = Chroma.from_texts(
            [piece for _, piece in pieces],
            model,
            metadatas=[{"id": key} for key, _ in pieces],
            persist_directory=str(folder),
            client_settings=Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(folder)),
        )

    def ranking(self, question: str) -> tuple[str, ...]:
        """Ids of texts, best first."""
        documents = self._store.similarity_search(question, k=DEPTH)
        return unique([document.metadata["id"] for document in documents])


class BM25:
    """BM25 over segmented Chinese words and stemmed English ones."""

    def __init__(self, texts: Sequence[CorpusText]) -> None:
        self._ids = [text.id for text in texts]
        counts = [Counter(terms(fold(f"{text.title}\n{text.text}"))) for text in texts]
        lengths = [sum(count.values()) for count in counts]
        usual = sum(lengths) / len(lengths)
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for index, (count, length) in enumerate(zip(counts, lengths, strict=True)):
            for term, times in count.items():
                weight = times * (K1 + 1) / (times + K1 * (1 - B + B * length / usual))
                self._postings[term].append((index, weight))

    def ranking(self, question: str) -> tuple[str, ...]:
        """Ids of texts, best first."""
        scores: Counter[int] = Counter()
        for term in set(terms(fold_question(question))):
            postings = self._postings.get(term, [])
            rarity = math.log(1 + (len(self._ids) - len(postings) + 0.5) / (len(postings) + 0.5))
            for index, weight in postings:
                scores[index] += rarity * weight
        return tuple(self._ids[index] for index, _ in scores.most_common(DEPTH))


def terms(folded: str) -> list[str]:
    """The words of a folded text that BM25 counts."""
    return [word if HAN.search(word) else stem(word) for word in words(folded) if word not in STOPWORDS]
