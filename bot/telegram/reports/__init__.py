"""Staff's monthly report: daily counts as text, as a table and as a picture. Nothing of it is of a person."""
