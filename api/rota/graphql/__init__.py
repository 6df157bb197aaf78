"""Vocabulary shared by all GraphQL files; knows no domain."""
