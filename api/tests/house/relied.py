"""Says in a sentence what a release of a library changed of what Rota relies on."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

import pytest


@contextmanager
def relied(library: str, sentence: str, where: str, page: str = "0037") -> Iterator[None]:
    """`sentence` is what holds today, `where` the file that needs it to, `page` the decision."""
    try:
        yield
    except Exception as error:
        pytest.fail(
            f"{library} {version(library)}: it is no longer so that {sentence}. "
            f"See {where} and docs/decisions/{page}. ({error!r})"
        )
