"""Forms as people see them in a private chat: one message that changes in place, its buttons, what is typed into it."""
