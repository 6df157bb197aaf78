"""What docker-compose.yml, the Dockerfile and .env.example must be; names the faults it finds."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rota.platform.settings import load_settings

# Read by compose itself or by the web's tests, never by Rota's settings.
FOREIGN_VARIABLES = frozenset({"POSTGRES_PASSWORD", "ROTA_PUBLISH", "ROTA_CHROMIUM"})
ROTA_SERVICES = ("api", "worker", "migrate")
REFERENCE = re.compile(r"\$\{(\w+)(?::([-?])([^}]*))?\}")
SECRET = re.compile(r"PASSWORD|KEY|SECRET|TOKEN")

Compose = Mapping[str, Any]


def known_variables() -> set[str]:
    """Every variable that Rota's settings ask the environment for."""
    asked = set()

    class Asked(dict[str, str]):
        def get(self, name: str, default: Any = None) -> Any:
            asked.add(name)
            return default

    load_settings(Asked())
    return asked


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from texts(item)
    else:
        yield str(value)


def interpolate(text: str, env: Mapping[str, str]) -> str:
    """As compose does for the forms used here: ${X}, ${X:-default} and ${X:?message}."""

    def value(match: re.Match[str]) -> str:
        name, operator, word = match.groups()
        found = env.get(name, "")
        if not found and operator == "?":
            raise KeyError(name)
        return found or (word if operator == "-" else "")

    return REFERENCE.sub(value, text)


def faults_in_compose(compose: Compose) -> list[str]:
    known = known_variables() | FOREIGN_VARIABLES
    services = compose["services"]
    return [
        *(
            f"{match[1]} is no variable of Rota"
            for text in texts(compose)
            for match in REFERENCE.finditer(text)
            if match[1] not in known
        ),
        *(
            f"{name}: {fault}"
            for name, service in services.items()
            for fault in (*faults_in_service(service), *faults_in_environment(name, service, known))
        ),
        *(
            f"{name}: does not wait for the migrations"
            for name in ("api", "worker")
            if services[name].get("depends_on", {}).get("migrate", {}).get("condition")
            != "service_completed_successfully"
        ),
        *(
            f"{name}: no health check"
            for name in ("api", "postgres", "redis")
            if "test" not in services[name].get("healthcheck", {})
        ),
        *(
            f"{name}: its data is not kept in a volume at {folder}"
            for name, folder in (("postgres", "/var/lib/postgresql"), ("redis", "/data"))
            if f"{name}:{folder}" not in services[name].get("volumes", [])
        ),
    ]


def faults_in_service(service: Mapping[str, Any]) -> Iterator[str]:
    if "restart" not in service:
        yield "no restart policy"
    if "container_name" in service:
        yield "a named container cannot be scaled"


def faults_in_environment(name: str, service: Mapping[str, Any], known: set[str]) -> Iterator[str]:
    environment = service.get("environment", {})
    for key, value in environment.items():
        if SECRET.search(key) and not re.fullmatch(r"\$\{\w+:\?[^}]+\}", str(value)):
            yield f"{key} is not asked for"
        if name in ROTA_SERVICES and key not in known:
            yield f"{key} is no variable of Rota"
    if re.search(r"://[^:/$]*:[^$@/]+@", " ".join(texts(environment))):
        yield "a password is written out"


def faults_in_dockerfile(dockerfile: str) -> list[str]:
    steps = [
        line.split(maxsplit=1) for line in dockerfile.splitlines() if re.match("[A-Z]+ ", line)
    ]
    runs = [words for step, words in steps if step == "RUN"]
    users = [words for step, words in steps if step == "USER"]
    faults = [
        f"a step of its own: {run}" for run in runs if not re.match("scripts/setup |useradd ", run)
    ]
    if not any(run.startswith("scripts/setup --server python") for run in runs):
        faults.append("does not install the server's packages by scripts/setup")
    if not users or users[-1] in ("root", "0"):
        faults.append("runs as root")
    faults += [
        f"a secret: {words}"
        for step, words in steps
        if step in ("ENV", "ARG") and SECRET.search(words)
    ]
    return faults


def faults_in_env_example(example: str) -> list[str]:
    lines = example.splitlines()
    named = {
        match[1]: lines[number - 1]
        for number, line in enumerate(lines)
        if (match := re.match(r"(?:# )?([A-Z][A-Z_]+)=", line))
    }
    wanted = known_variables() | FOREIGN_VARIABLES
    return [
        *(f"{name} is missing" for name in sorted(wanted - named.keys())),
        *(f"{name} is no variable of Rota" for name in sorted(named.keys() - wanted)),
        *(
            f"{name} is not explained"
            for name, above in named.items()
            if not re.match("# .*[a-z]", above)
        ),
    ]
