"""Office files beside .docx: slides, rich text, OpenDocument, old Word documents."""
