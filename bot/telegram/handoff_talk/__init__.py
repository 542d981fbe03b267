"""A hand-off as people see it: preview and consent, then what its user and staff write to each other."""
