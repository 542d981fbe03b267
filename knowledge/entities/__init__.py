"""Names of schools, companies, people, places and the programme that one edition knows, and where a text names them."""
