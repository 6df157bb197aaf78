"""The web edge: hosts, origins, limits, GraphQL over HTTP and socket, sessions, health, static files."""
