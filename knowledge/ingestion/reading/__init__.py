"""What a file gives to the next edition, and keeping that until it is published."""
