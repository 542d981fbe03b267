"""Fixtures that several test files share."""

from tests.postgres import postgresql

__all__ = ["postgresql"]
