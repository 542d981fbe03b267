"""Search as a LangChain retriever, for programs that use this knowledge base with LangChain."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from knowledge.editions.live_edition import LiveEdition
from knowledge.editions.open_edition import OpenEdition
from knowledge.models import Passage
from knowledge.validity import today


class KnowledgeRetriever(BaseRetriever):
    """Retrieves passages of the live edition, or of one that is open, best first, with their state of today.

    A document's metadata: title, section, date (ISO, or None), state, source, number, url, language, score; all of
    them simple values. ``limit``: at most so many passages; None leaves it to ``config.yaml``. Invoking it
    raises ``NoEdition`` while there is none.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    edition: LiveEdition | OpenEdition
    limit: int | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        with self._open() as edition:
            findings = edition.search(query, day=today(), limit=self.limit)
        return [_document(passage) for passage in findings.passages]

    def _open(self) -> AbstractContextManager[OpenEdition]:
        return self.edition.edition() if isinstance(self.edition, LiveEdition) else nullcontext(self.edition)


def _document(passage: Passage) -> Document:
    metadata = passage.metadata
    return Document(
        id=passage.chunk.id,
        page_content=passage.chunk.text,
        metadata={
            "title": metadata.title,
            "section": " / ".join(passage.chunk.path),
            "date": metadata.dated.isoformat() if metadata.dated else None,
            "state": passage.state.value,
            "source": passage.chunk.source,
            "number": metadata.number,
            "url": metadata.source_url,
            "language": passage.chunk.language,
            "score": passage.score,
        },
    )
