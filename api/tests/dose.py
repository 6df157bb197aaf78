"""How much is tried: a short dose each time, the long one with ROTA_SOAK set. What was tried is
counted, and shown at the end."""

import os
from collections import Counter

from hypothesis import HealthCheck, Phase, settings

IS_LONG = bool(os.environ.get("ROTA_SOAK"))
tried: Counter[str] = Counter()


def examples(most: int) -> settings:
    """So many examples, the same each time, however large and slow they are."""
    return settings(
        max_examples=most,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


def dose(short: int, long: int) -> int:
    return long if IS_LONG else short
