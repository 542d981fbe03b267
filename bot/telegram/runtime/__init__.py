"""The running process: workers, maintenance, signals."""
