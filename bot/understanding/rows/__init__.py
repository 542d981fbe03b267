"""Questions that rows answer: what is asked of which table, and follow-ups."""
