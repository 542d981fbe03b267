"""Keys, and what is done with them: texts of people sealed, people and chats named by keyed hashes."""
