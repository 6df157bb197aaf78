"""Says in a sentence what a release of a library changed of what Rota relies on."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import pytest


@contextmanager
def relied(library: str, sentence: str, where: str) -> Iterator[None]:
    """`sentence` is what holds today, `where` the file that needs it to."""
    try:
        yield
    except Exception as error:
        pytest.fail(
            f"{library} {version(library)}: it is no longer so that {sentence}. "
            f"See {where} and docs/decisions/0037. ({error!r})"
        )
