"""Which database the tests run on, and how many of them: said by the environment, read here only."""

import os

ON_POSTGRES = os.environ.get("PLENARY_TEST_DATABASE") == "postgres"
ON_SQLITE = not ON_POSTGRES
ALL = os.environ.get("PLENARY_TEST_ALL") == "1"  # everything everywhere, and long runs of it
