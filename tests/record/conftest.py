"""The ledger of a test: each test that asks for `ledger` is run on SQLite and on PostgreSQL."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from servers import create_database, drop_database, find_binaries, running_server

from callboard.record.ledger import Ledger, open_ledger

MakeAddress = Callable[[], str]
_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a PostgreSQL server with `{}` for the database; started for the first test that needs it."""
    pytest.importorskip("psycopg", reason="no psycopg: pip install callboard[postgres]")
    binaries = find_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL server here (initdb and postgres): apt install postgresql, to run these tests too")
    with running_server(binaries) as address:
        open_ledger(create_database(address, "template")).close()
        yield address


@pytest.fixture
def new_postgres(postgres_server: str) -> Iterator[MakeAddress]:
    """Makes empty ledgers in databases of their own, and gives their addresses."""
    made: list[str] = []

    def make() -> str:
        made.append(create_database(postgres_server, f"test_{next(_numbers)}", template="template"))
        return made[-1]

    yield make
    for address in made:
        drop_database(address)


@pytest.fixture
def bare_postgres(postgres_server: str) -> Iterator[str]:
    """The address of a database in which there is nothing."""
    address = create_database(postgres_server, f"bare_{next(_numbers)}")
    yield address
    drop_database(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def new_address(request: pytest.FixtureRequest, tmp_path: Path) -> MakeAddress:
    """Makes addresses at which a ledger is or can be made, of one kind of database after the other."""
    if request.param == "postgresql":
        made: MakeAddress = request.getfixturevalue("new_postgres")
        return made
    return lambda: str(tmp_path / f"ledger-{next(_numbers)}.db")


@pytest.fixture
def ledger(new_address: MakeAddress) -> Iterator[Ledger]:
    """An empty ledger."""
    with open_ledger(new_address()) as opened:
        yield opened


@pytest.fixture
def file_ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in an SQLite file, for tests that look into the file."""
    with open_ledger(tmp_path / "ledger.db") as opened:
        yield opened
