"""Published states of the knowledge base: their files, opening one, following the live one."""
