"""Folds what the slices bring into one schema."""

import strawberry

from rota.graphql.planning.schemas import build, merged
from rota.graphql.slice import GraphQLSlice
from rota.slices import collect

PARTS = collect("schema", GraphQLSlice)
BATCH_READS = merged(one.batch_reads for one in PARTS)


def build_schema() -> strawberry.Schema:
    return build(PARTS)
