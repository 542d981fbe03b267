"""Staff in the chat: applications, what was asked in vain, the state of the service, tables to take out."""
