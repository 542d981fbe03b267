"""Making an edition's index: embedding, building in a process of its own, checking, mending."""
