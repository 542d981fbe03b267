"""People's data as a whole: what earlier versions left in clear, rotation of keys, traces of what was deleted."""
