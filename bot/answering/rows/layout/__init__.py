"""How rows stand on a phone: two lines for each in a list, a card for one, and what their buttons carry."""
