"""Forms that are filled in in a chat: how they are declared, what a field takes, how far somebody is."""
