"""Teaching the judge: labelled pairs of questions and passages, their states, and the loop that learns."""
