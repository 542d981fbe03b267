"""From blocks to a document: outline, sections, header, metadata, dates, whether it is in force."""
