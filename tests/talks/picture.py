def draw(*a): raise SystemExit
