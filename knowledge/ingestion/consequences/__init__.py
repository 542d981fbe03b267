"""What publishing would do to answers: check questions, asked of the edition that is live and of the one to come."""
