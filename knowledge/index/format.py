"""The version of an index's files; light to import, since an unchanged refresh asks for it."""

FORMAT = 5  # raised when the files of an index change meaning: then editions are built again from SQL
