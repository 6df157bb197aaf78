"""What `rota up` brings: PostgreSQL, Valkey, the demo model, and the supervision of all it runs."""
