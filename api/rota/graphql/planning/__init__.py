"""How documents are read, planned and executed; all that knows the insides of Strawberry and
graphql-core."""
