"""Typed questions to the records of one edition, answered by SQL."""
