"""What staff do in the chat: which role each act needs, and who did what when."""
