"""How the database itself is made to refuse change: triggers, in the words of either database."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op

_FUNCTION = """
CREATE OR REPLACE FUNCTION callboard_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%: the ledger is append only', TG_TABLE_NAME USING ERRCODE = '23000'; END $$
"""


def refuse_on_postgres(table: str, kept: Sequence[str] = ()) -> None:
    """
    Triggers that refuse change, removal and TRUNCATE on PostgreSQL.

    Args:
        table: Its name.
        kept: The columns that no update may change; the column `text` may become null. Empty: no update at all.
    """
    same = " AND ".join(f'NEW."{name}" IS NOT DISTINCT FROM OLD."{name}"' for name in kept)
    change = f"WHEN (NOT (NEW.text IS NULL AND {same}))" if kept else ""
    op.execute(_FUNCTION)
    for name, action, each in (
        ("change", "UPDATE", f"FOR EACH ROW {change}"),
        ("remove", "DELETE", "FOR EACH ROW"),
        ("empty", "TRUNCATE", "FOR EACH STATEMENT"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_no_{name} BEFORE {action} ON {table} {each} EXECUTE FUNCTION callboard_refuse()"
        )
