"""What users think of answers: one vote an answer, its reason, remarks; kept for staff."""
