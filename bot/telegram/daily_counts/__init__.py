"""What happened on each day, counted for staff's monthly report: numbers that are nobody's."""
