"""Learned vectors of words and sentences: files checked by digest, arithmetic, cache."""
