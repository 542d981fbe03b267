"""How much of what is understood is written by hand: patterns, wordings, numbers."""
