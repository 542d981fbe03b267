"""What the commands report: lines for people, values for programs."""
