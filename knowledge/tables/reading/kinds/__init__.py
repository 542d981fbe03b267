"""Which kind of rows a sheet holds, told by its header and its cells, and which column means what."""
