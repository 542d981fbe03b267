"""Reading in a child process with limits, and what may be inside an archive."""
