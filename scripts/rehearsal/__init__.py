"""Does the day work? Simulated people live through it on the real server, and each contribution is
accounted for."""
