"""How much is tried: a short dose each time, the long one with ROTA_SOAK set. What was tried is
counted, and shown at the end."""

import os
from collections import Counter

IS_LONG = bool(os.environ.get("ROTA_SOAK"))
tried: Counter[str] = Counter()


def dose(short: int, long: int) -> int:
    return long if IS_LONG else short
