"""Whoever is told to end, ends, whatever hangs."""

import signal

END_SECONDS = 9.5


def end_in_time() -> None:
    """What is orderly takes less. After that SIGALRM ends the process, also one that is stuck
    outside of Python; its runs are taken over as those of one that was killed."""
    signal.setitimer(signal.ITIMER_REAL, END_SECONDS)
