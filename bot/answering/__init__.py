"""Answers from evidence: quoted or worded by a chat model, and what stands around them."""
