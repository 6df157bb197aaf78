"""The web edge: hosts, origins, limits, GraphQL, sessions, health, static files."""
