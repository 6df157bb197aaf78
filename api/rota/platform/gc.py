"""How often Python looks for garbage in circles."""

import gc

# An answer makes thousands of objects and no circles; the default is 700.
NEW_OBJECTS = 20_000


def freeze() -> None:
    """For a process that has begun: what it made up to now stays, and need not be looked at."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS, 10, 10)
