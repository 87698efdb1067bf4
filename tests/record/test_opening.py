"""Opening a ledger: made where there is none, brought up to date, and a clear word where it cannot be used."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from record_stories import LAST_OF_2017, NOON, said_by, tell, tell_luke_cage
from unwritable import unwritable

from callboard.errors import LedgerError
from callboard.model import Document, Event
from callboard.record.ledger import open_ledger
from callboard.record.schema import SCHEMAS, metadata
from callboard.record.stored import StoredLedger


def test_a_ledger_is_made_with_its_folders(tmp_path: Path) -> None:
    """Nobody has to prepare anything; the file is in WAL mode and of the newest schema."""
    path = tmp_path / "a" / "b" / "ledger.db"
    with open_ledger(f"sqlite:///{path}") as ledger:
        assert ledger.check().schema == SCHEMAS[-1]
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    other.close()


def test_every_write_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert isinstance(ledger, StoredLedger)
        with ledger.engine.connect() as connection:
            values = [
                connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("synchronous", "foreign_keys", "busy_timeout", "secure_delete")
            ]
    assert values == [2, 1, 10_000, 1]


def test_the_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    """`schema.py` and the migrations say the same, but for the indices, which only the migrations name."""
    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert isinstance(ledger, StoredLedger)
        with ledger.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), metadata)
    kinds = [difference[0] for difference in differences if isinstance(difference, tuple)]
    assert set(kinds) <= {"remove_index", "remove_table"}, differences
    removed = [difference[1].name for difference in differences if difference[0] == "remove_table"]
    assert removed in ([], ["alembic_version"])


def test_a_current_ledger_opens_without_alembic(tmp_path: Path) -> None:
    """Loading it takes longer than a whole answer may."""
    open_ledger(tmp_path / "ledger.db").close()
    code = (
        "import sys; from callboard.record.ledger import open_ledger; "
        f"open_ledger({str(tmp_path / 'ledger.db')!r}).reports(); print('alembic' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


def test_a_ledger_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    """An empty file, or one that got no further than WAL mode, is not another program's."""
    path = tmp_path / "ledger.db"
    path.touch()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA journal_mode=WAL")
    other.close()
    with open_ledger(path) as ledger:
        assert ledger.check().problems == ()


def test_no_ledger_where_none_is_to_be_made(tmp_path: Path) -> None:
    for options in ({"create": False}, {"read_only": True}):
        with pytest.raises(LedgerError, match=r"no ledger there.*callboard add"):
            open_ledger(tmp_path / "none" / "ledger.db", **options)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_ledger(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="a folder, not a ledger"):
        open_ledger(tmp_path)


@pytest.mark.parametrize("content", [b"{}\n", b"SQLite format 3\x00 but not really" * 100])
def test_another_file_is_no_ledger_and_is_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(LedgerError, match="not a ledger"):
        open_ledger(path)
    assert path.read_bytes() == content


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    """Even one that uses Alembic too."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('0001')")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LedgerError, match="another program"):
        open_ledger(path)
    assert path.read_bytes() == before


def test_a_newer_ledger_asks_for_a_newer_callboard(tmp_path: Path) -> None:
    path = tmp_path / "board.db"
    open_ledger(path).close()
    with sqlite3.connect(path) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
    other.close()
    with pytest.raises(LedgerError, match=r"board\.db: schema 0999, this callboard knows up to \d+; upgrade callboard"):
        open_ledger(path)


@pytest.mark.parametrize("schema", SCHEMAS[:-1])
def test_an_older_ledger_is_brought_up_to_date(tmp_path: Path, schema: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With all that it holds: every table is as it was, and the newest schema's indices are there."""
    path = tmp_path / "old.db"
    said = said_by(schema)
    with monkeypatch.context() as patched:
        patched.setattr("callboard.record.opening.SCHEMAS", SCHEMAS[: SCHEMAS.index(schema) + 1])
        open_ledger(path).close()
    with sqlite3.connect(path) as other:
        assert other.execute("SELECT version_num FROM alembic_version").fetchone() == (schema,)
        other.execute(
            "INSERT INTO documents VALUES (1, ?, 'u', 'o', 'h', 't', '2017', '2017-01-01', '2017-12-31', 1.0, 'en', 7)",
            (Document(text="t", headline="h", url="u").digest,),
        )
        # As a callboard of that schema wrote it, with the id that it gave.
        other.execute(
            "INSERT INTO claims (id, document, title, title_key, event, modality, quote, part, start, end, score, said_us,"
            " learned_us) VALUES ('99bb5efd1267e335f82f9a38063003a8', ?, 'T', 't', 'filming', 'asserted', 't', 'text', 0, 1, 0.5, ?, 1517443200000000)",
            (Document(text="t", headline="h", url="u").digest, said),
        )
        if schema >= "0004":
            other.execute(
                "INSERT INTO copies SELECT digest, digest, 1.0, 0, ?, 1517443200000000 FROM documents", (said,)
            )
    other.close()
    with pytest.raises(LedgerError, match=f"schema {schema} is out of date; open it once for writing"):
        open_ledger(path, read_only=True)
    with open_ledger(path) as ledger, open_ledger(tmp_path / "new.db") as new:
        assert [document.text for document in ledger.documents()] == ["t"]
        (report,) = ledger.reports("T")
        assert (report.claim.quote.text, report.claim.reader) == ("t", None)
        # Dated by a year and read after it: it counts from the last day of that year.
        assert not ledger.reports("T", as_of=dt.date(2017, 12, 30))
        assert ledger.reports("T", as_of=dt.date(2017, 12, 31)) == [report]
        assert ledger.check().problems == ()
        for each in (ledger, new):
            assert isinstance(each, StoredLedger)
        with ledger.engine.connect() as connection:
            of_copies = connection.exec_driver_sql("SELECT DISTINCT said_us FROM copies").fetchall()
        assert of_copies == ([(LAST_OF_2017,)] if schema >= "0004" else [])
        tables = [
            sorted(each.engine.connect().exec_driver_sql("SELECT name, sql FROM sqlite_master").fetchall(), key=str)
            for each in (ledger, new)
            if isinstance(each, StoredLedger)
        ]
        assert tables[0] == tables[1]


def test_an_address_of_no_kind_says_what_is_possible() -> None:
    with pytest.raises(LedgerError, match=r"mysql://\.\.\.: no kind of ledger; give a path, or postgresql://"):
        open_ledger("mysql://localhost/callboard")


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with a ledger in it where nothing may be written; as root, another user's eyes are borrowed."""
    folder = Path(tempfile.mkdtemp())
    with open_ledger(folder / "ledger.db") as ledger:
        ledger.append(*tell_luke_cage(), learned=NOON)
    with unwritable(folder):
        yield folder


def test_whoever_reads_leaves_no_files_behind(tmp_path: Path) -> None:
    """Nor does a file that may not be written keep anybody from reading it."""
    path = tmp_path / "ledger.db"
    with open_ledger(path) as ledger:
        ledger.append(*tell_luke_cage(), learned=NOON)
    before = path.read_bytes()
    with open_ledger(path, read_only=True) as ledger:
        assert len(ledger.reports()) == 2
    assert [each.name for each in tmp_path.iterdir()] == ["ledger.db"]
    assert path.read_bytes() == before
    path.chmod(0o444)
    with open_ledger(path, read_only=True) as ledger:
        assert len(ledger.reports()) == 2


def test_a_read_only_folder_can_be_asked_and_not_written(read_only_folder: Path) -> None:
    """Answers come as ever; a new ledger, or a new claim, is refused with the next step."""
    with open_ledger(read_only_folder / "ledger.db", read_only=True) as ledger:
        assert len(ledger.reports()) == 2
    with pytest.raises(LedgerError, match="--ledger"):
        open_ledger(read_only_folder / "other.db")
    with pytest.raises(LedgerError, match="--ledger"):
        open_ledger(read_only_folder / "below" / "other.db")
    with (
        pytest.raises(LedgerError, match="check"),
        open_ledger(read_only_folder / "ledger.db") as ledger,
    ):
        ledger.append(*tell("New.", ("New", "N", 1, Event.ORDER)), learned=NOON)


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """The batch that does not fit is refused whole, the ledger still answers, and with space it goes on."""
    with open_ledger(tmp_path / "ledger.db") as ledger:
        assert isinstance(ledger, StoredLedger)
        ledger.append(*tell_luke_cage(), learned=NOON)
        before = list(ledger.export_lines())
        large = tell("long " * 100_000 + "New.", ("New", "N", 1, Event.ORDER))
        ledger.engine.dispose()

        def shrink(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count=40")

        sa.event.listen(ledger.engine, "connect", shrink)
        with pytest.raises(LedgerError, match="disk is full"):
            ledger.append(*large, learned=NOON)
        assert list(ledger.export_lines()) == before
        sa.event.remove(ledger.engine, "connect", shrink)
        ledger.engine.dispose()
        assert ledger.append(*large, learned=NOON) == 1
        assert ledger.check().problems == ()
