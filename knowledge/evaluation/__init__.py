"""Figures on labelled questions: ``python -m knowledge evaluate`` and ``evaluate-laws``.

The texts go the whole way, files to readers, chunks, a published edition, into a base that is thrown away afterwards.
"""
