"""Which libraries of others each process may hold: what a process does not use, it does not load.
What is not here is loaded where it is needed, or has to be argued for."""

from collections.abc import Iterable
from importlib.metadata import packages_distributions

COMMAND = {"click"}
# Before there is a database: settings, keys' form, the data directory.
SETTINGS = {"platformdirs", "cryptography", "_cffi_backend"}
DATABASE = {
    *("asyncpg", "tortoise", "pypika_tortoise", "iso8601", "anyio", "idna", "sniffio"),
    *("uuid_utils", "orjson"),
}
REDIS = {"redis", "hiredis", "arq", "jwt"}
ADDRESSES = {"yarl", "multidict", "propcache"}
CONTRACTS = {
    *("jsonschema_rs", "cachetools", "orjson"),
    *("pydantic", "pydantic_core", "annotated_types", "typing_extensions", "typing_inspection"),
}
SLICES = DATABASE | REDIS | ADDRESSES | CONTRACTS
GRAPHQL = {"strawberry", "graphql", "cross_web", "dateutil"}
HTTP = {"starlette", "uvicorn", "httptools", "websockets", "uvloop", "prometheus_client"}
# What providers' addresses are read by.
URLS = {"httpx2", "httpcore2", "h11", "truststore"}
VENDORS = {"aiohttp", "aiohappyeyeballs", "aiosignal", "attr", "frozenlist"} | URLS
ASKING = {
    *("pydantic_ai", "pydantic_graph", "genai_prices"),
    *("griffe", "logfire_api", "opentelemetry"),
}

LAUNCHER: set[str] = set()
JUDGE = CONTRACTS
MODEL_SERVER = {"xllamacpp", "orjson"}
UP_AT_FIRST = COMMAND | SETTINGS
UP = UP_AT_FIRST | SLICES
ACTING = UP
SCHEMA = UP | GRAPHQL
API = UP | GRAPHQL | HTTP
API_AT_WORK = API | URLS
WORKER = UP | VENDORS | ASKING | {"uvloop"}

# Only where we develop: uvicorn and pydantic-ai load what happens to be there.
DEVELOPMENT = {
    *("_distutils_hack", "watchfiles", "httpx", "httpcore", "certifi", "rich", "pygments"),
    *("markdown_it", "mdurl"),
}


def libraries(modules: Iterable[str]) -> set[str]:
    """Those of others, of the names of modules."""
    installed = packages_distributions().keys() - {"rota", *DEVELOPMENT}
    return {name.partition(".")[0] for name in modules} & installed
