"""Text recognition (OCR): pictures of pages to lines of text, where the extra `ocr` is installed."""
