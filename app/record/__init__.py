"""How the record is taken away: one module per format, all reading through one gate."""
