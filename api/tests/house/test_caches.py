"""The caches of a process are held to a weight together."""

import re
from pathlib import Path

import pytest

import rota
from rota.assignments.registry import MAX_INSTANCES_BYTES
from rota.contracts import compile_contract
from rota.contracts.compiling import MAX_CONTRACTS_BYTES, compile_text
from rota.contracts.generating import MAX_MODELS_BYTES
from rota.graphql.planning.documents import MAX_DOCUMENTS_BYTES
from rota.inference.hearing.texts import MAX_FORMS_BYTES
from rota.platform.kernel.cache import Cache
from rota.platform.storage.records import MAX_UNCHANGING_BYTES
from rota.runs.queueing import MAX_KNOWN_BYTES

MAX_TOGETHER_BYTES = 64 * 1024 * 1024


def test_together_they_have_a_limit() -> None:
    revisions = 2 * MAX_UNCHANGING_BYTES
    built = MAX_CONTRACTS_BYTES + MAX_MODELS_BYTES + MAX_INSTANCES_BYTES
    others = MAX_DOCUMENTS_BYTES + MAX_FORMS_BYTES + MAX_KNOWN_BYTES + revisions
    assert built + others <= MAX_TOGETHER_BYTES


def test_all_that_is_kept_by_what_comes_from_outside_is_kept_by_weight() -> None:
    """Each `Cache(` has its limit above; nothing is kept by number."""
    makes = re.compile(r"= Cache\(|@cached\(Cache\[|\blru_cache\b|\b[A-Z]{2,3}Cache\(")
    files = Path(rota.__file__).parent.rglob("*.py")
    made = {file.name for file in files if makes.search(file.read_text(encoding="utf-8"))}
    assert made == {
        *("compiling.py", "documents.py", "generating.py", "queueing.py"),
        *("records.py", "registry.py", "texts.py"),
    }


@pytest.mark.parametrize("characters", [1_000, 50_000])
def test_heavy_contracts_are_kept_in_smaller_numbers(characters: int) -> None:
    """By number alone, a hundred of them were kept whatever they weigh."""
    for number in range(60):
        compile_contract({"title": str(number), "description": "x" * characters})
    cache = compile_text.cache
    assert isinstance(cache, Cache)
    assert cache.currsize <= MAX_CONTRACTS_BYTES
    kept = sum(key[0].startswith('{"title"') and len(key[0]) > characters for key in cache)
    assert (kept == 60) is (characters == 1_000)
