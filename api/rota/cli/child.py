"""`python -m rota.cli.child COMMAND`: a command as `rota up` starts it, before all is known that it
needs. Meanwhile it loads what takes its time."""

import json
import os
import sys

from rota.cli import commands, main
from rota.cli.group import load


def be_told() -> None:
    """The rest of the environment comes by standard input, where nobody else reads it."""
    try:
        told = json.load(sys.stdin)
    except ValueError:  # whoever was to tell us has ended
        sys.exit(1)
    os.environ.update(told)


if __name__ == "__main__":
    try:
        load(f"{commands.__name__}.{sys.argv[1]}")
        be_told()
    except KeyboardInterrupt:
        sys.exit(130)
    main()
