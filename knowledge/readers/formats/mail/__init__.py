"""Mails and saved web pages: what they say, and what is attached to them."""
