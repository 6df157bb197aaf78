"""Work that may wait a moment: what a payload is."""

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True, kw_only=True)
class Job:
    """`name` is noun.verb; the fields are ids and plain JSON, never a secret."""

    name: ClassVar[str]

    def payload(self) -> dict[str, Any]:
        return {key: str(value) for key, value in asdict(self).items()}
