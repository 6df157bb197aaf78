"""The compose set-up: valid, complete, without secrets, and with an environment Rota starts on."""

import copy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from rota.platform.settings import load_settings
from tests.house.compose import (
    ROTA_SERVICES,
    faults_in_compose,
    faults_in_dockerfile,
    faults_in_env_example,
    interpolate,
)
from tests.house.rules import ROOT

FILE = ROOT / "docker-compose.yml"
COMPOSE = yaml.safe_load(FILE.read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
EXAMPLE = (ROOT / ".env.example").read_text()


def conforms(file: Path) -> bool:
    """To the Compose specification's own schema, which check-jsonschema carries."""
    checker = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    return subprocess.run([*checker, file], capture_output=True, check=False).returncode == 0


def test_compose_file_conforms_to_the_specification() -> None:
    assert conforms(FILE)


def test_a_compose_file_against_the_specification_is_found(tmp_path: Path) -> None:
    misspelt = tmp_path / "docker-compose.yml"
    misspelt.write_text(FILE.read_text().replace("healthcheck:", "health_check:"))

    assert not conforms(misspelt)


def test_compose_file_has_all_it_needs_and_no_secret() -> None:
    assert not faults_in_compose(COMPOSE)


def spoil(path: str, value: Any) -> Callable[[Any], None]:
    *parents, last = path.split(".")

    def change(compose: Any) -> None:
        for parent in parents:
            compose = compose[parent]
        if value is None:
            del compose[last]
        else:
            compose[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (spoil("services.api.environment.ROTA_SPEED", "9"), "api: ROTA_SPEED is no variable"),
        (spoil("services.api.ports", ["${ROTA_PORTS:-1}:8000"]), "ROTA_PORTS is no variable"),
        (
            spoil("services.api.environment.ENCRYPTION_KEY", "abc"),
            "api: ENCRYPTION_KEY is not asked",
        ),
        (
            spoil("services.worker.environment.ENCRYPTION_KEY", "${ENCRYPTION_KEY:-}"),
            "worker: ENCRYPTION_KEY is not asked",
        ),
        (
            spoil("services.api.environment.DATABASE_URL", "postgres://rota:rota@postgres/rota"),
            "api: a password is written out",
        ),
        (spoil("services.redis.restart", None), "redis: no restart policy"),
        (spoil("services.api.container_name", "api"), "api: a named container"),
        (spoil("services.worker.depends_on.migrate", None), "worker: does not wait"),
        (spoil("services.api.healthcheck", None), "api: no health check"),
        (
            spoil("services.postgres.volumes", ["postgres:/var/lib/postgresql/data"]),
            "postgres: its data",
        ),
    ],
)
def test_a_fault_in_the_compose_file_is_found(change: Callable[[Any], None], fault: str) -> None:
    compose = copy.deepcopy(COMPOSE)
    change(compose)

    assert any(found.startswith(fault) for found in faults_in_compose(compose))


@pytest.mark.parametrize("service", ROTA_SERVICES)
def test_rota_starts_on_the_environment_that_compose_gives(service: str) -> None:
    given = {"ENCRYPTION_KEY": "k" * 43 + "=", "POSTGRES_PASSWORD": "abc123"}
    environment = COMPOSE["services"][service]["environment"]

    settings = load_settings({name: interpolate(text, given) for name, text in environment.items()})

    settings.require_stores()
    assert settings.database_url == "postgres://rota:abc123@postgres:5432/rota"
    assert settings.host == "0.0.0.0"
    assert settings.port == 8000
    assert settings.origin == "http://localhost:8000"


@pytest.mark.parametrize("missing", ["ENCRYPTION_KEY", "POSTGRES_PASSWORD"])
def test_compose_does_not_start_without_its_secrets(missing: str) -> None:
    given = {"ENCRYPTION_KEY": "k", "POSTGRES_PASSWORD": "p"}
    del given[missing]

    environment = " ".join(COMPOSE["services"]["api"]["environment"].values())

    with pytest.raises(KeyError, match=missing):
        interpolate(environment, given)


def test_the_image_is_built_by_the_shared_script_and_does_not_run_as_root() -> None:
    assert not faults_in_dockerfile(DOCKERFILE)


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        ("RUN pip install rota", "a step of its own"),
        ("USER root", "runs as root"),
        ("ENV ENCRYPTION_KEY=abc", "a secret"),
    ],
)
def test_a_fault_in_the_dockerfile_is_found(planted: str, fault: str) -> None:
    [found] = faults_in_dockerfile(f"{DOCKERFILE}{planted}\n")

    assert found.startswith(fault)


def test_what_the_image_copies_is_let_in() -> None:
    admitted = {
        line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] == "!"
    }
    copied = {
        source
        for line in DOCKERFILE.splitlines()
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }

    assert copied == admitted


def test_env_example_explains_every_variable() -> None:
    assert not faults_in_env_example(EXAMPLE)


def test_a_fault_in_env_example_is_found() -> None:
    planted = EXAMPLE.replace("# ROTA_PORT=8000\n", "\nROTA_SPEED=9\n")

    assert faults_in_env_example(planted) == [
        "ROTA_PORT is missing",
        "ROTA_SPEED is no variable of Rota",
        "ROTA_SPEED is not explained",
    ]
