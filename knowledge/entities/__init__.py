"""Names of schools, companies, people, places and the programme of one edition, and their linking to texts."""
