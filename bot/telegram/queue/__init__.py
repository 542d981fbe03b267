"""The durable queue in SQL: inbox, outbox, leases, conversations."""
