"""The import contracts of pyproject.toml: kept by the code, and broken by what they forbid."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.house.rules import ROOT

LINTER = Path(sys.executable).with_name("lint-imports")

PLANTED = {
    "The house": {"platform/planted.py": "import rota.providers.models"},
    "Inside platform": {"platform/kernel/ids.py": "import rota.platform.storage.pages"},
    **{
        f"Inside {slice_}": {f"{slice_}/{lower}.py": f"import rota.{slice_}.{upper}"}
        for slice_, lower, upper in (
            ("runs", "models", "service"),
            ("assignments", "models", "service"),
            ("agents", "models", "service"),
            ("tasks", "models", "service"),
            ("inference", "errors", "asking"),
            ("contracts", "references", "compiling"),
            ("providers", "models", "service"),
            ("audit", "models", "service"),
            ("access", "models", "service"),
        )
    },
    "Inside local": {"local/folders.py": "import rota.local.locks"},
    "Inside cli": {"cli/options.py": "import rota.cli.stores"},
    "No command knows another": {
        "cli/commands/migrate.py": "import rota.cli.commands.keys.rotate",
    },
    "Inside prices": {"prices/planted.py": ""},
    "Inside hearing": {"inference/hearing/texts.py": "import rota.inference.hearing.message"},
    "No cycles anywhere": {
        "platform/here.py": "import rota.platform.there",
        "platform/there.py": "import rota.platform.here",
    },
    "Only GraphQL files know Strawberry": {"providers/service.py": "import strawberry"},
    "Only GraphQL's words and HTTP know graphql-core": {"access/schema.py": "import graphql"},
    "Only http knows Starlette": {"access/schema.py": "import starlette"},
    "Only the server and its connections know uvicorn": {"http/health.py": "import uvicorn"},
    "Only one file knows pydantic-ai": {"inference/conversation.py": "import pydantic_ai"},
    "Only one file knows the HTTP client": {"providers/connection.py": "import aiohttp"},
    "Only three files of contracts know the libraries that judge": {
        "contracts/compiling.py": "import jsonschema_rs"
    },
    "Only prices know the price lists": {"runs/execution.py": "import genai_prices"},
    "The web process never loads what asks models": {
        "inference/settings.py": "import rota.inference.agents"
    },
    "Only the platform knows Redis": {"runs/worker.py": "import redis"},
    "Only the queue knows arq": {"platform/messaging/outbox.py": "import arq"},
    "Only the command line starts engines and migrations": {"http/planted.py": "import rota.local"},
}
CIRCLE = "No cycles anywhere"
TOGETHER = [contract for contract in PLANTED if contract != CIRCLE]
STRANGERS = {
    "rota.helpers": "helpers.py",
    "rota.providers.utils": "providers/utils.py",
    "rota.cli.utils": "cli/utils.py",
    "rota.local.utils": "local/utils.py",
}


def lint(folder: Path, planted: Mapping[str, str]) -> tuple[int, str]:
    """Runs the contracts over a copy of the code with lines added to some of its files."""
    shutil.copytree(ROOT / "api/rota", folder / "rota", ignore=shutil.ignore_patterns("static"))
    for file, line in planted.items():
        with (folder / "rota" / file).open("a") as target:
            target.write(f"\n{line}\n")
    return run_linter(folder, ROOT / "pyproject.toml")


def run_linter(folder: Path, config: Path) -> tuple[int, str]:
    done = subprocess.run(
        [LINTER, "--no-cache", "--config", config],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_the_code_keeps_every_contract(tmp_path: Path) -> None:
    status, report = lint(tmp_path, {})

    assert status == 0, report
    for contract in PLANTED:
        assert f"{contract} KEPT" in report


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Of all that is planted together: each contract has a line of its own."""
    planted: dict[str, str] = {}
    for contract in TOGETHER:
        for file, line in PLANTED[contract].items():
            planted[file] = f"{planted.get(file, '')}\n{line}"
    status, report = lint(tmp_path_factory.mktemp("planted"), planted)
    assert status == 1, report
    return report


@pytest.mark.parametrize("contract", TOGETHER)
def test_a_forbidden_import_breaks_its_contract(contract: str, told: str) -> None:
    assert f"{contract} BROKEN" in told
    if not contract.startswith("Only"):
        return  # layers tell of the ways between them, in any order
    _, _, why = told.partition(f"\n{contract}\n{'-' * len(contract)}\n")
    for file, line in PLANTED[contract].items():
        importer = "rota." + file.removesuffix(".py").replace("/", ".")
        assert importer in why.partition("\n\n\n")[0], (file, line)


def test_a_circle_breaks_its_contract(tmp_path: Path) -> None:
    """By itself, since any other forbidden import may make one, too."""
    status, report = lint(tmp_path, PLANTED[CIRCLE])
    assert status == 1, report
    assert f"{CIRCLE} BROKEN" in report


def test_a_file_that_no_layer_names_breaks_the_contracts(tmp_path: Path) -> None:
    status, report = lint(tmp_path, dict.fromkeys(STRANGERS.values(), ""))

    assert status == 1, report
    for module in STRANGERS:
        assert f"- {module}" in report
