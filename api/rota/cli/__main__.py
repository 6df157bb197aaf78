"""`python -m rota.cli`: how `rota up` starts its processes."""

from rota.cli import main

main()
