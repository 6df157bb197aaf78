"""Standard input, output and error of a command: that they are there, and take what is printed."""

import io
import os
import sys


def prepare() -> None:
    """What whoever started us had closed is opened on nothing: or else the next file or socket
    would get what is printed. A sign that the terminal does not have is no reason to end."""
    while True:
        handle = os.open(os.devnull, os.O_RDWR)
        if handle > 2:
            os.close(handle)
            break
        os.set_inheritable(handle, True)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_written() -> bool:
    """Whether all that was printed is; what is not is not tried again by Python at its end."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        with open(os.devnull, "wb") as nothing:
            os.dup2(nothing.fileno(), 1)
        return False
    return True
