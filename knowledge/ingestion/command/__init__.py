"""How the command speaks with a terminal: options, help, progress, how it ends."""
