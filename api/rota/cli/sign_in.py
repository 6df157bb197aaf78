"""The link that signs one browser in, once."""

import getpass

from rota.access.service import create_sign_in_code
from rota.platform.kernel.actor import Role
from rota.platform.unit_of_work import UnitOfWork


async def sign_in_link(work: UnitOfWork, name: str, role: Role) -> str:
    """A fragment is sent to no server and written to no log."""
    code = await create_sign_in_code(work, name, role)
    return f"{work.resources.settings.origin}/#code={code}"


def user_name() -> str:
    """Of the system's user, who signs in unless another name is given."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "owner"
