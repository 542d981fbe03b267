"""The ground floor: language, numbers, dates, kinds of questions, personal data. Knows nothing of documents or chat."""
