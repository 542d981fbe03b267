"""Why a command could not do its work, in words for staff."""


class IngestionError(Exception):
    """Nothing was published; the message says why and what mends it."""


class RefreshRunningError(IngestionError):
    """Another refresh is at work; the message says whose and since when."""


class WorseAnswersError(IngestionError):
    """More check questions would turn worse than staff allow; ``worse``: each with what would become of it."""

    def __init__(self, said: str, worse: tuple[tuple[str, str], ...]) -> None:
        super().__init__(said)
        self.worse = worse


class OrderError(IngestionError):
    """What staff ordered was not done; the message says why and what to write instead."""


def expected_errors() -> tuple[type[Exception], ...]:
    """Errors of a refresh that are no fault of the program. Imported late: the model's library is slow."""
    from sqlalchemy.exc import DBAPIError

    from knowledge.embedding.chroma_store import ChromaStoreError
    from knowledge.embedding.packaged_models import ModelError
    from knowledge.learned_arrays import LearnedError
    from knowledge.readers import ReadError
    from knowledge.settings import ConfigError
    from knowledge.store import StoreError

    return (
        IngestionError,
        StoreError,
        ChromaStoreError,
        ModelError,
        LearnedError,
        ReadError,
        ConfigError,
        DBAPIError,
        OSError,
    )
