"""Training of the learned files in ``knowledge/data``: ``python -m knowledge.training student | english | fusion``."""
