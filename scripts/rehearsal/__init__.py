"""Does the day work? Simulated people live through it on the real server, and every contribution is accounted for."""
