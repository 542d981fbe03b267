"""An answer as plain text or HTML, its sources, the texts that users read."""
