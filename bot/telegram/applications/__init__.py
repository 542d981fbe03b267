"""Forms in SQL: what somebody is filling in, what they sent, what they agreed to; and staff's look at it."""
