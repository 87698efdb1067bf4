"""The shared ledger: opened, brought up to date, read and written by several at once, and clear words where it cannot be."""

from __future__ import annotations

import datetime as dt
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import replace

import psycopg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from click.testing import CliRunner
from record_stories import NOON, said_by, tell, tell_luke_cage

from callboard.cli.record import command as record
from callboard.cli.settings import command
from callboard.errors import LedgerError
from callboard.model import Document, Event
from callboard.record.ledger import open_ledger
from callboard.record.schema import SCHEMAS, metadata
from callboard.record.stored import StoredLedger

OLD_ID = "b4f3b3d63a0685be4de8495b14462167"  # of the claim in an older ledger, as the callboard of that time made it


def test_an_empty_database_becomes_a_ledger(bare_postgres: str) -> None:
    """Of the newest schema, with tables as the code uses them; a second opening changes nothing."""
    with pytest.raises(LedgerError, match=r"no ledger there.*callboard add"):
        open_ledger(bare_postgres, create=False)
    with open_ledger(bare_postgres) as ledger:
        assert isinstance(ledger, StoredLedger)
        health = ledger.check()
        assert (health.schema, health.problems) == (SCHEMAS[-1], ())
        assert re.fullmatch(r"PostgreSQL \d+(\.\d+)?\w*", health.database)
        with ledger.engine.connect() as connection:
            differences = compare_metadata(MigrationContext.configure(connection), metadata)
    kinds = {difference[0] for difference in differences if isinstance(difference, tuple)}
    assert kinds <= {"remove_index"}, differences
    with open_ledger(bare_postgres.replace("postgresql:", "postgres:"), create=False) as ledger:
        assert ledger.reports() == []


@pytest.mark.parametrize("schema", SCHEMAS[:-1])
def test_an_older_ledger_is_brought_up_to_date(
    bare_postgres: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stood in it, under the ids of that time, is there, and what is new has its place."""
    with monkeypatch.context() as patched:
        schemas = SCHEMAS[: SCHEMAS.index(schema) + 1]
        patched.setattr("callboard.record.opening.SCHEMAS", schemas)
        patched.setattr("callboard.record.postgres.SCHEMAS", schemas)
        with open_ledger(bare_postgres) as old, old.engine.begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO documents (digest, headline, text, published, published_first, published_last,"
                " published_confidence, learned_us) VALUES (%s, '', 't', '2017', '2017-01-01', '2017-12-31', 0, 7)",
                (Document(text="t").digest,),
            )
            connection.exec_driver_sql(
                'INSERT INTO claims (id, document, title, title_key, event, modality, quote, part, start, "end", score,'
                " said_us, learned_us) VALUES (%s, %s, 'T', 't', 'filming', 'asserted', 't', 'text', 0, 1, 0.5,"
                " %s, 1517443200000000)",
                (OLD_ID, Document(text="t").digest, said_by(schema)),
            )
    with pytest.raises(LedgerError, match=f"schema {schema} is out of date; open it once for writing"):
        open_ledger(bare_postgres, read_only=True)
    with open_ledger(bare_postgres) as ledger:
        assert [report.claim.reader for report in ledger.reports("T")] == [None]
        document, claims = tell_luke_cage()
        assert ledger.append(document, [replace(claim, reader="llm:m") for claim in claims], learned=NOON) == 2
        assert [report.claim.reader for report in ledger.reports("Luke Cage")] == ["llm:m"]
        assert ledger.check().problems == ()


def test_several_may_make_the_ledger_at_once(bare_postgres: str) -> None:
    with_errors: list[BaseException] = []

    def make() -> None:
        try:
            open_ledger(bare_postgres).close()
        except BaseException as error:
            with_errors.append(error)

    threads = [threading.Thread(target=make) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert with_errors == []


def test_several_writers_lose_nothing_and_write_nothing_twice(new_postgres: Callable[[], str]) -> None:
    """Four connections record the same and other documents at once; readers see whole documents only."""
    address = new_postgres()
    new: list[int] = []
    torn: list[str] = []
    done = threading.Event()

    def write(number: int) -> None:
        with open_ledger(address) as ledger:
            for page in range(40):
                text = f"Page {page if page % 2 else (page, number)}. Films. Wraps."
                claims = [
                    ("Films", f"Title {page}", 1, Event.FILMING),
                    ("Wraps", f"Title {page}", 1, Event.FILMING_END),
                ]
                new.append(ledger.append(*tell(text, *claims), learned=NOON + dt.timedelta(seconds=number)))

    def read() -> None:
        with open_ledger(address, read_only=True) as ledger:
            while not done.is_set():
                held: dict[str, int] = {}
                for report in ledger.reports():
                    held[report.document] = held.get(report.document, 0) + 1
                torn.extend(digest for digest, count in held.items() if count != 2)

    reader = threading.Thread(target=read)
    reader.start()
    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    done.set()
    reader.join()
    with open_ledger(address) as ledger:
        assert sum(new) == len(ledger.reports()) == 2 * (20 + 4 * 20)
        assert ledger.check().problems == ()
    assert torn == []


def test_a_writer_that_holds_on_too_long_is_told_of(
    new_postgres: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("callboard.record.postgres.BUSY_TIMEOUT_S", 1.0)
    address = new_postgres()
    with open_ledger(address) as ledger, psycopg.connect(address) as other:
        other.execute("SELECT pg_advisory_xact_lock(%s)", [0x43424C31])
        with pytest.raises(LedgerError, match="another process has been writing"):
            ledger.append(*tell_luke_cage(), learned=NOON)
        assert ledger.reports() == []


def test_a_read_only_ledger_refuses_to_write(new_postgres: Callable[[], str]) -> None:
    with open_ledger(new_postgres(), read_only=True) as ledger, pytest.raises(LedgerError, match="may not be written"):
        ledger.append(*tell_luke_cage(), learned=NOON)


@pytest.mark.parametrize("theirs", ["CREATE TABLE mine (a int)", "CREATE TABLE alembic_version (version_num text)"])
def test_another_programs_database_is_left_alone(bare_postgres: str, theirs: str) -> None:
    with psycopg.connect(bare_postgres) as other:
        other.execute(theirs)  # type: ignore[arg-type]
        if "version" in theirs:
            other.execute("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(LedgerError, match="another program"):
        open_ledger(bare_postgres)
    with psycopg.connect(bare_postgres) as other:
        assert other.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (1,)


def test_a_newer_ledger_asks_for_a_newer_callboard(new_postgres: Callable[[], str]) -> None:
    address = new_postgres()
    with psycopg.connect(address) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999'")
    with pytest.raises(LedgerError, match=r"schema 0999, this callboard knows up to \d+; upgrade callboard"):
        open_ledger(address)


def test_a_server_that_does_not_answer_is_named(postgres_server: str) -> None:
    """With the next step; and a database that is not there is another thing."""
    with pytest.raises(LedgerError, match=r"postgresql://127\.0\.0\.1:1/x: the server cannot be reached"):
        open_ledger("postgresql://127.0.0.1:1/x")
    with pytest.raises(LedgerError, match="no such database; make it with createdb"):
        open_ledger(postgres_server.format("nowhere"))


def test_a_password_is_not_shown(bare_postgres: str) -> None:
    """Neither by the ledger nor in an error, nor by the settings; but other processes can open the ledger again."""
    secret = bare_postgres.replace("callboard@", "callboard:hush@")
    with open_ledger(secret) as ledger:
        assert "hush" not in ledger.address
        with open_ledger(ledger.opens_by, read_only=True) as again:
            assert again.reports() == []
    with pytest.raises(LedgerError) as error:
        open_ledger("postgresql://me:hush@127.0.0.1:1/x")
    assert "hush" not in str(error.value)
    for arguments in ([], ["--json"]):
        shown = CliRunner().invoke(command, ["--ledger", "postgresql://me:hush@example.com/board", *arguments])
        assert "hush" not in shown.output
        assert "example.com/board" in shown.output


def test_without_psycopg_the_next_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(LedgerError, match=r"pip install callboard\[postgres\]"):
        open_ledger("postgresql://localhost/board")


def test_dates_of_other_centuries_and_large_batches_come_back(new_postgres: Callable[[], str]) -> None:
    """Through binary COPY: every type at its edge, and more rows than parameters would go into one statement."""
    items = [
        tell(
            f"No. {page} films.", ("films", f"T{page % 50}", None, Event.FILMING), said="../1899" if page % 2 else None
        )
        for page in range(2_000)
    ]
    with open_ledger(new_postgres()) as ledger:
        assert ledger.append_many(items, learned=NOON) == 2_000
        assert ledger.append_many(items, learned=NOON) == 0
        assert len(ledger.reports("T3", None, as_of=dt.date(1900, 1, 1))) == 40
        assert ledger.known([document.digest for document, _ in items]) == {document.digest for document, _ in items}
        assert isinstance(ledger, StoredLedger)
        with ledger.engine.connect() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM documents")).scalar_one() == 2_000


def test_a_failing_server_is_no_bad_line(new_postgres: Callable[[], str]) -> None:
    """`record` stops at it, instead of naming every line that comes."""
    address = new_postgres()
    with psycopg.connect(address) as other:  # so that COPY itself fails, whose errors come past SQLAlchemy
        other.execute("DROP TRIGGER documents_no_change ON documents")
        other.execute("ALTER TABLE documents ALTER outlet TYPE int USING NULL")
    lines = '{"text": "It films."}\n{"text": "It has wrapped.", "outlet": "A paper"}\n{"text": "It is out."}\n'
    result = CliRunner().invoke(record, ["--ledger", address], input=lines)
    assert isinstance(result.exception, LedgerError)
    assert "line 2" not in result.stderr
