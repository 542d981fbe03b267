"""Questions that have no answer yet: kept for staff, asked again of every new edition, whoever wants it told once."""
