"""Pages as they are laid out: letters and drawn lines to text in reading order and to tables."""
