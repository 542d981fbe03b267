"""The embedding model, and the vectors of an edition in Chroma."""
