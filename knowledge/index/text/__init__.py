"""What a text is searched by: tokens, dictionary, pinyin."""
