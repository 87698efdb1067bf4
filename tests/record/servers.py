"""A PostgreSQL server of the tests' own, in a temporary folder, over a socket that nobody else sees."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin"), Path("/usr/bin"))


def find_binaries() -> Path | None:
    """The folder that holds `initdb` and `postgres`; None where there is none."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    return next((p for p in (*places, *PLACES) if (p / "initdb").exists() and (p / "postgres").exists()), None)


@contextmanager
def running_server(binaries: Path) -> Iterator[str]:
    """The address of a running server without the database's name, `{}` in its place; stopped at the end."""
    # The server refuses to run as root; where the tests do, it runs as somebody who may do nothing.
    user = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    # In memory where that can be, since every test has a database of 300 files; and the path of a socket must be short.
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else "/tmp"
    folder = Path(tempfile.mkdtemp(prefix="callboard-pg-", dir=place))
    if user is not None:
        os.chown(folder, user, -1)
    options = {"user": user, "cwd": folder, "env": {"PATH": os.environ["PATH"], "LC_ALL": "C", "TZ": "UTC"}}
    data, log = folder / "data", (folder / "log").open("w+b")
    server = None
    try:
        initdb = [binaries / "initdb", "-D", data, "-U", "callboard", "-A", "trust", "-E", "UTF8", "--no-locale", "-N"]
        subprocess.run(initdb, check=True, stdout=log, stderr=log, **options)  # type: ignore[call-overload]
        # Without fsync: the tests kill those who write, not the server.
        command = [binaries / "postgres", "-D", data, "-k", folder, "-c", "listen_addresses=", "-F"]
        server = subprocess.Popen(command, stdout=log, stderr=log, **options)  # type: ignore[call-overload]
        _wait(binaries, folder, server, log.name)
        yield f"postgresql://callboard@/{{}}?host={folder}"
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(60)
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(binaries: Path, folder: Path, server: subprocess.Popen[bytes], log: str) -> None:
    deadline = time.monotonic() + 60
    ready = [binaries / "pg_isready", "-q", "-h", folder]
    while subprocess.run(ready, check=False).returncode != 0:
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"PostgreSQL did not start: {Path(log).read_text()[-2000:]}")
        time.sleep(0.05)


def drop_database(address: str) -> None:
    """Removes a database, whoever still uses it."""
    import psycopg

    name = address.split("@/")[1].split("?")[0]
    with psycopg.connect(address.replace(f"/{name}?", "/postgres?"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[arg-type]


def create_database(server: str, name: str, template: str = "template0") -> str:
    """The address of a new database, a copy of the template."""
    import psycopg

    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    return server.format(name)
