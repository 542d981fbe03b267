"""What ``ingest.py`` says, in Chinese or English: English sentences are the keys of a gettext catalogue.

``say`` fills in a sentence of the command's own; ``in_words`` translates one that was finished elsewhere.
"""

from __future__ import annotations

from knowledge.ingestion.messages.language import Language, language_of, speak, spoken
from knowledge.ingestion.messages.sentences import foreign, in_words, say

__all__ = ["Language", "foreign", "in_words", "language_of", "say", "speak", "spoken"]
