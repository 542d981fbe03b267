"""Conditions in a question: dates, money, places, programmes, sorting, grouping, negation."""
