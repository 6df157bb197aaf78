"""What `rota up` does on the database before it is ready. It takes its time to load, which
run.py does while the engines start."""

from rota.cli.commands.up.sample import follow_model, lay_sample, sample_assignment
from rota.cli.encryption_keys import lost_keys
from rota.cli.opening import own_keys, require_key
from rota.cli.sign_in import sign_in_link, user_name
from rota.local.local_model import LocalModel
from rota.migrations.runner import applied_versions, known_versions, migrate
from rota.platform.kernel.actor import SYSTEM, Role
from rota.platform.resources import open_resources
from rota.platform.settings import Settings
from rota.platform.unit_of_work import unit_of_work
from rota.wiring import RULES


async def make_fit(settings: Settings) -> tuple[Settings, str | None]:
    """Our schema, and our key. The settings with it, and what to say where it opens not all."""
    # Nothing is asked of a pooler that it cannot do, where there is nothing to do.
    if await applied_versions(settings.database_url or "") != known_versions():
        await migrate(settings.database_url or "")
    keyed = await own_keys(settings)
    lost = await require_key(keyed)
    return keyed, lost_keys(lost) if lost else None


async def lay_out(
    settings: Settings, model: LocalModel | None, *, sample: bool
) -> tuple[str, str | None]:
    """The sign-in link, and the id of the sample's assignment."""
    async with open_resources(settings, nouns=[]) as resources:
        async with unit_of_work(resources, RULES, SYSTEM) as work:
            if model:
                await follow_model(work, model, settings.data_dir)
            if sample:
                await lay_sample(work, model, settings.data_dir)
            link = await sign_in_link(work, user_name(), Role.OWNER)
        assignment = await sample_assignment()
        return link, str(assignment.id) if assignment else None
