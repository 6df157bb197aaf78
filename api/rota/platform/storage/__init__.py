"""PostgreSQL: connections, rows, pages, revisions."""
