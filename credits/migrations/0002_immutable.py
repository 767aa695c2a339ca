"""What is written in the ledger stays: no UPDATE, DELETE or TRUNCATE of entries and allocations, by nobody's code.

A wrong entry is undone by an opposite one. Tests empty their tables by TRUNCATE and switch off that one trigger in their
own database (tests/conftest.py); the product has no such door.
"""

from django.db import migrations

REFUSE = """
CREATE FUNCTION credits_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: the ledger only grows, undo by an opposite entry', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;
"""
TABLES = ("credits_entry", "credits_allocation")
GUARD = """
CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION credits_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION credits_refuse_change();
"""
UNGUARD = "DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_no_change ON {table};"


class Migration(migrations.Migration):
    """Guards the two tables, and leaves room in a wallet's page for the rows that a hot wallet rewrites."""

    dependencies = [("credits", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION credits_refuse_change();"),
        *(migrations.RunSQL(GUARD.format(table=table), UNGUARD.format(table=table)) for table in TABLES),
        migrations.RunSQL(
            "ALTER TABLE credits_wallet SET (fillfactor = 60); ALTER TABLE credits_lot SET (fillfactor = 60);",
            "ALTER TABLE credits_wallet RESET (fillfactor); ALTER TABLE credits_lot RESET (fillfactor);",
        ),
    ]
