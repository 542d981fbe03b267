"""What a text is searched by: tokens, dictionary and thesaurus, pinyin and transliterated names."""
