"""Retrieval metrics on labelled questions: ``python -m knowledge evaluate`` and ``evaluate-laws``.

Nothing is simulated: the texts are written to files, read, cut into chunks and published as an edition in a temporary
folder, which is searched as the bot searches.
"""
