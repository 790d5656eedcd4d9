"""How what changed reaches the screens."""
