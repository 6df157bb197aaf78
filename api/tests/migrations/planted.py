"""The migration that may come next, as the tests plant it behind the last one of this release: it
fills what it adds from what is there."""

UPGRADE = """ALTER TABLE task ADD planted TEXT CHECK (char_length(planted) <= 2000);
    UPDATE task SET planted = name || ' (planted)';
    CREATE INDEX task_planted ON task (planted);"""
DOWNGRADE = "DROP INDEX task_planted; ALTER TABLE task DROP planted;"
