"""Names of schools, companies and people in a question."""
