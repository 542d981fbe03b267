"""Made tables of varied subjects in many formats, with questions in plain words and the answers that they hold."""
