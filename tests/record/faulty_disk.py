"""
A disk that fails when it is told to, under SQLite itself: every write, sync, truncation, removal and opening is a step.

It is a VFS of SQLite, the layer by which all its reading and writing goes, made with ctypes over the one that is there. So
the library, the ledger and SQLAlchemy above it are the very ones that users run.
"""

from __future__ import annotations

import _sqlite3
import ctypes as c
import os
from collections.abc import Callable
from pathlib import Path

import pytest

FULL, IO_WRITE, IO_FSYNC, IO_TRUNCATE, IO_DELETE, CANNOT_OPEN = 13, 778, 1034, 1546, 2570, 14
_FAULTS = {"write": IO_WRITE, "sync": IO_FSYNC, "truncate": IO_TRUNCATE, "delete": IO_DELETE, "open": CANNOT_OPEN}
_GROWING = ("write", "truncate")  # the steps that a full disk refuses


class _File(c.Structure):
    _fields_ = (("methods", c.c_void_p),)


_FILE = c.POINTER(_File)
_WRITE = c.CFUNCTYPE(c.c_int, _FILE, c.c_void_p, c.c_int, c.c_int64)
_SYNC = c.CFUNCTYPE(c.c_int, _FILE, c.c_int)
_TRUNCATE = c.CFUNCTYPE(c.c_int, _FILE, c.c_int64)
# Names as addresses: SQLite keeps them, and looks behind their end for the parameters of an URI.
_DELETE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_int)
_OPEN = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, _FILE, c.c_int, c.POINTER(c.c_int))


class _Methods(c.Structure):
    """`sqlite3_io_methods`, version 3."""

    _fields_ = (
        ("version", c.c_int),
        *((name, c.c_void_p) for name in ("close", "read")),
        ("write", _WRITE),
        ("truncate", _TRUNCATE),
        ("sync", _SYNC),
        *((f"other{n}", c.c_void_p) for n in range(13)),
    )


class _Vfs(c.Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = (
        ("version", c.c_int),
        ("file_size", c.c_int),
        ("longest_path", c.c_int),
        ("next", c.c_void_p),
        ("name", c.c_char_p),
        ("data", c.c_void_p),
        ("open", _OPEN),
        ("delete", _DELETE),
        *((f"other{n}", c.c_void_p) for n in range(14)),
    )


class FaultyDisk:
    """
    Every SQLite file that this process opens from now on lies on it; made once, in a process of its own.

    `fails` is asked at each step for what goes wrong: None for nothing, "fault" for an error of the disk, "full" for a full
    disk, "dies" for the end of the process, with the half of a write done.
    """

    def __init__(self, fails: Callable[[int], str | None]) -> None:
        self.steps = 0
        self._fails = fails
        library = c.CDLL(_library())
        library.sqlite3_vfs_find.restype = c.POINTER(_Vfs)
        usual = library.sqlite3_vfs_find(None).contents
        self._vfs = _Vfs.from_buffer_copy(usual)
        self._vfs.name = b"faulty"
        self._methods: dict[int, _Methods] = {}
        self._kept = (_OPEN(self._open), _DELETE(self._delete), usual)
        self._open_usually, self._delete_usually = usual.open, usual.delete
        self._vfs.open, self._vfs.delete = self._kept[0], self._kept[1]
        assert library.sqlite3_vfs_register(c.byref(self._vfs), 1) == 0

    def _step(self, what: str, half: Callable[[], object] = lambda: None) -> int:
        """0 where all is well, else the code of the error."""
        self.steps += 1
        fault = self._fails(self.steps)
        if fault == "dies":
            half()
            os._exit(9)
        if fault == "full":
            return FULL if what in _GROWING else 0
        return _FAULTS[what] if fault else 0

    def _open(self, vfs: int, name: int | None, file: object, flags: int, out: object) -> int:
        if error := self._step("open"):
            file.contents.methods = None  # type: ignore[attr-defined]
            return error
        answer: int = self._open_usually(vfs, name, file, flags, out)
        usual = file.contents.methods  # type: ignore[attr-defined]
        if answer == 0 and usual:
            if usual not in self._methods:
                self._methods[usual] = self._wrapped(_Methods.from_address(usual))
            file.contents.methods = c.addressof(self._methods[usual])  # type: ignore[attr-defined]
        return answer

    def _delete(self, vfs: int, name: int, sync: int) -> int:
        return self._step("delete") or self._delete_usually(vfs, name, sync)

    def _wrapped(self, usual: _Methods) -> _Methods:
        made = _Methods.from_buffer_copy(usual)

        def write(file: object, data: int, size: int, offset: int) -> int:
            half = lambda: usual.write(file, data, size // 2, offset)  # noqa: E731
            return self._step("write", half) or usual.write(file, data, size, offset)

        made.write = _WRITE(write)
        made.sync = _SYNC(lambda file, flags: self._step("sync") or usual.sync(file, flags))
        made.truncate = _TRUNCATE(lambda file, size: self._step("truncate") or usual.truncate(file, size))
        return made


def _library() -> str:
    """The path of the SQLite that Python's own module uses; the test is skipped where it is built into it."""
    assert _sqlite3
    maps = Path("/proc/self/maps")
    lines = maps.read_text().splitlines() if maps.exists() else []
    found = next((line.split()[-1] for line in lines if "libsqlite3" in line), None)
    if found is None:
        pytest.skip("this Python has SQLite built in, so no disk can be put under it")
    return found
