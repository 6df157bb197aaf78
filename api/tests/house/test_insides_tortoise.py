"""What Rota uses of Tortoise beyond what it promises (rota/platform/storage/orm.py)."""

from datetime import UTC, datetime
from functools import partial

import asyncpg
import pytest
from tortoise import Tortoise, fields, models
from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.transactions import in_transaction

from rota.access.models import ApiToken
from rota.platform.kernel.actor import Role
from rota.platform.kernel.ids import new_id
from rota.platform.storage import orm
from rota.platform.storage.database import connection, tortoise_config
from rota.platform.storage.json_column import JsonField
from rota.platform.storage.records import select
from rota.tasks.models import Task, TaskRevision
from tests.house.relied import relied as relied_on

relied = partial(relied_on, "tortoise-orm", where="rota/platform/storage/orm.py", page="0035")
# Every statement that a client sends goes through the one that we override.
SENDING = ("execute_insert", "execute_many", "execute_query", "execute_query_dict")


def row() -> ApiToken:
    now = datetime.now(UTC)
    return ApiToken(
        id=new_id(), name="A", name_key="a", role=Role.VIEWER, secret_hash=bytes(32), created_at=now
    )


async def nowhere() -> dict[str, str]:
    return {"target_session_attrs": "-"}


def test_an_engine_is_a_module_that_gives_its_client() -> None:
    with relied("`engine` names a module with a `client_class`, made of the credentials"):
        config = tortoise_config(nowhere)["connections"]["default"]
        assert config["engine"] == orm.__name__
        assert config["credentials"]["connects"] is nowhere
        assert orm.client_class is orm.Client


async def test_the_pool_is_made_by_the_method_that_we_override() -> None:
    client = orm.Client(connection_name="none", connects=nowhere)
    with (
        relied("a client makes its pool by `create_pool`, of options that ours go before"),
        pytest.raises(asyncpg.ClientConfigurationError),
    ):
        await client.create_connection(with_db=True)


@pytest.mark.usefixtures("resources")
async def test_the_client_in_use_is_ours() -> None:
    with relied("Tortoise makes the client that the engine's module gives"):
        assert isinstance(connection(), orm.Client)
        async with in_transaction() as transaction:
            assert isinstance(transaction, TransactionWrapper)


def test_statements_go_through_the_translation_of_errors() -> None:
    with relied("each method of the client that sends is wrapped by `_translate_exceptions`"):
        assert callable(AsyncpgDBClient._translate_exceptions)
        for name in SENDING:
            assert "__wrapped__" in vars(getattr(AsyncpgDBClient, name)), name


def test_a_model_tells_its_table_columns_and_fields() -> None:
    with relied("`_meta` has db_table, fields_db_projection and fields_map"):
        assert orm.table_of(TaskRevision) == "task_revision"
        assert set(orm.columns_of(Task)) == {
            name for name, field in Task._meta.fields_map.items() if field.has_db_field
        }
        assert orm.json_columns_of(Task) == ["request_schema", "response_schema"]


def test_no_model_is_read_for_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    with relied("a model looks for its columns' descriptions by `_get_comments`"):

        class Unread(orm.Stored):
            #: What would describe a column.
            id = fields.IntField(primary_key=True)

        assert Unread._meta.fields_map["id"].docstring is None
        read: list[str] = []

        def note(model: type[models.Model]) -> dict[str, str]:
            read.append(str(model))
            return {}

        monkeypatch.setattr(models, "_get_comments", note)

        class Read(orm.Stored):
            id = fields.IntField(primary_key=True)

        assert read == [str(Read)]


def test_a_field_of_an_enum_tells_it() -> None:
    with relied("a field made by CharEnumField has its `enum_type`"):
        assert ("role", {role.value: role for role in Role}) in orm.enums_of(ApiToken)
        assert isinstance(fields.CharEnumField(Role), fields.CharField)


def test_a_new_row_has_what_a_stored_one_shares() -> None:
    with relied("a model keeps four attributes beside its fields, which a new one sets itself"):
        kept = {name for name in vars(row()) if name.startswith("_")}
        ours = {name for name in vars(orm.Stored) if name.startswith("_") and name[1] != "_"}
        assert {"_partial", "_saved_in_db", "_custom_generated_pk", "_await_when_save"} <= kept
        assert kept - {"_provider", "_agent", "_task"} <= ours | {"_meta"}, kept
        assert not row()._saved_in_db


async def _keep_one() -> ApiToken:
    kept = row()
    await kept.save()
    return kept


@pytest.mark.usefixtures("resources")
async def test_the_orm_makes_its_rows_by_the_method_that_we_override() -> None:
    with relied("what the ORM reads it makes by `_init_from_db`, by column"):
        kept = await _keep_one()
        read = await ApiToken.get(id=kept.id)
        assert not {name for name in vars(read) if name.startswith("_") and name[1:4] != "raw"}


@pytest.mark.usefixtures("resources")
async def test_a_row_made_of_its_values_can_be_saved_and_deleted() -> None:
    with relied("saving and deleting need of a row no more than its values and those four"):
        kept = await _keep_one()
        [read] = await select(ApiToken, "WHERE id = $1", kept.id)
        read.name = "B"
        await read.save(update_fields=["name"])
        await read.save()
        assert (await ApiToken.get(id=kept.id)).name == "B"
        await read.delete()
        assert not await ApiToken.exists(id=kept.id)


def test_json_is_a_field_that_converts_both_ways_by_two_methods() -> None:
    with relied("a field converts by to_db_value and to_python_value"):
        field: JsonField[str] = JsonField()
        assert field.to_db_value("[1]", None) == field.to_python_value("[1]") == "[1]"


@pytest.mark.usefixtures("resources")
async def test_every_task_of_the_process_finds_the_database() -> None:
    with relied("`_enable_global_fallback` lets tasks that were not begun by us find it"):
        assert Tortoise.get_connection("default") is connection()
