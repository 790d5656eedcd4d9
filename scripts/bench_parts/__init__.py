"""The parts of scripts/bench: the machine, the room that is measured, the load, and one module per figure."""
