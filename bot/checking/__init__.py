"""The assistant as a refresh asks it: check questions to an edition, and figures that two documents state otherwise."""
