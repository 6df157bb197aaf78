"""What the web process never loads: it would cost 50 MB and a second of its start."""

import subprocess
import sys

import pytest

HEAVY = ("pydantic_ai", "openai", "genai_prices")
STARTS = """
import sys
from pathlib import Path
import rota.app, rota.http.server
from rota.platform.settings import Settings
from rota.providers.models import ProviderType
from rota.providers.vendors import vendor_of
{planted}
rota.app.create_app(Settings(Path("/nonexistent")), "")
rota.app.build_schema()
for each in ProviderType:
    vendor_of(each)
print(*sorted({heavy} & sys.modules.keys()))
"""


def loaded(planted: str = "") -> list[str]:
    program = STARTS.format(planted=planted, heavy=set(HEAVY))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return done.stdout.split()


def test_the_web_process_loads_nothing_that_asks_models() -> None:
    assert loaded() == []


@pytest.mark.parametrize("name", HEAVY)
def test_one_that_did_would_be_found(name: str) -> None:
    assert name in loaded(f"import {name}")
