"""Staff's refresh: what changed, what it would do, publishing it, going back."""
