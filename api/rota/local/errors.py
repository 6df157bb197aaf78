"""What can go wrong with what `rota up` brings, in words for the person at the terminal.

LocalError
├── DataDirectoryInUseError        another server works on this folder
├── DataDirectoryUnusableError     the folder is somebody else's, or cannot be written
├── EnginesNotInstalledError       the optional packages are missing
├── ForeignDatabaseError           the database was written by another PostgreSQL
├── EngineFailedError              an engine did not start; carries the tail of its log
├── AddressUnusableError           nobody can listen on the host and port
└── NotReadyError                  the API and the workers run, and cannot do their work
"""

from pathlib import Path


class LocalError(Exception):
    """The message says what happened, what it means and what to do."""


class DataDirectoryInUseError(LocalError):
    def __init__(self, data_dir: Path, pid: int | None) -> None:
        self.pid = pid
        holder = f"pid {pid}" if pid else "another process"
        super().__init__(
            f"The data directory {data_dir} is in use by {holder}. "
            "Stop that server first, or start this one with another --data-dir."
        )


class DataDirectoryUnusableError(LocalError):
    pass


class EnginesNotInstalledError(LocalError):
    pass


class ForeignDatabaseError(LocalError):
    pass


class EngineFailedError(LocalError):
    def __init__(self, what: str, log: Path, tail: str, advice: str = "") -> None:
        said = f" It said:\n{tail}\n" if tail else " It said nothing. "
        super().__init__(f"{what}.{said}The whole log is {log}. {advice}".strip())


class AddressUnusableError(LocalError):
    pass


class NotReadyError(LocalError):
    pass
