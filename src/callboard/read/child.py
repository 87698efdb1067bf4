"""
Work done in a process of its own that can be killed: a page built to stop a parser costs itself and nothing else.

The child is started once and asked again and again. Each answer has limits of computing time, of memory and by the
clock; whoever goes beyond them is killed with the child, and the next question starts another one. Neither the
regular expressions of Python nor the parsers, which are written in C, could be stopped from within.
"""

from __future__ import annotations

import contextlib
import math
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeAlias

from callboard.errors import ReadError

Handlers: TypeAlias = Mapping[str, Callable[..., Any]]  # what a child can be asked

# At a question where somebody else kills the child; some of them may fall while the next child loads, for a second or more.
TRIES = 5
START_S = 120.0  # to load what the child needs; 2 s where nothing else runs
_PROGRAM = "import sys; sys.path[:] = {path!r}; from callboard.read.child import serve; serve({descriptor})"
_GONE = "the process that reads it ended"


class Killed(ReadError):
    """Somebody else killed the child: the system, where memory is short, or a person."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one answer may take."""

    cpu_s: float = 20.0  # of computing; whole seconds are counted, so up to one more; math.inf: any
    wall_s: float = 60.0  # by the clock; math.inf: any time
    memory_mb: int = 300  # of addresses besides what the child has once it is loaded; Linux only; 0: any


class Child:
    """
    A process that answers questions within limits.

    Args:
        make: Called in the child once, to give the functions by name. Pickled, so it must be importable. A function's
            result is its answer; where that is an iterator, each of its items is one and has the limits for itself.
        limits: Of each answer.
    """

    def __init__(self, make: Callable[[], Handlers], limits: Limits) -> None:
        self._make = make
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None  # on stderr
        self._link: Connection | None = None
        self._loading = False

    def start(self) -> None:
        """Has the child load while something else is done; else the first question does that."""
        if self._link is not None:
            return
        ours, theirs = socket.socketpair()
        program = _PROGRAM.format(path=sys.path, descriptor=theirs.fileno())
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the child
        # Not by multiprocessing: it would run the user's own script once more in the child.
        self._process = subprocess.Popen(
            [sys.executable, "-c", program],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._said,  # parsers that abort print pages of it
        )
        theirs.close()
        self._link = Connection(ours.detach())
        self._loading = True
        self._link.send((self._make, self.limits))

    def ask(self, name: str, *args: object) -> Any:
        """
        What a function of the child gives for these arguments; asked anew where somebody else kills the child, up to TRIES.

        Raises:
            ReadError: It took more than the limits, or killed the child.
            Exception: Whatever the function raised.
        """
        for left in reversed(range(TRIES)):
            try:
                (answer,) = self.stream(name, *args)
            except Killed:
                if not left:
                    raise
            else:
                return answer
        raise AssertionError("the last try has raised")

    def stream(self, name: str, *args: object) -> Iterator[Any]:
        """Each item that a function of the child gives, as they come; raises as `ask`."""
        link = self._loaded()
        done = False
        try:
            link.send((name, args))
            while not done:
                kind, value = self._receive(link, self.limits.wall_s)
                done = kind != "item"
                if kind in ("item", "answer"):
                    yield value
                elif kind == "error":
                    raise value
                elif kind == "memory":
                    self.close()  # what is left of it after that is not known
                    raise ReadError(f"reading it takes more than {self.limits.memory_mb:,} MB of memory; set aside")
        except (BrokenPipeError, ConnectionResetError) as error:  # it was gone before it was asked
            raise Killed(f"{_GONE}; set aside") from error
        finally:
            if not done:
                self.close()

    def kill(self) -> None:
        """Ends the child from another thread than the one that waits for its answer, which then fails."""
        process = self._process
        if process is not None:
            process.kill()

    def close(self) -> None:
        """Kills the child, whatever it is doing."""
        if self._link is not None:
            self._link.close()
            self._link = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._said is not None:
            self._said.close()
            self._said = None

    def _loaded(self) -> Connection:
        self.start()
        assert self._link is not None
        if self._loading:
            kind, value = self._receive(self._link, START_S)
            if kind == "error":
                self.close()
                raise value
            self._loading = False
        return self._link

    def _receive(self, link: Connection, wall_s: float) -> tuple[str, Any]:
        try:
            if not link.poll(None if math.isinf(wall_s) else wall_s):
                self.close()
                raise ReadError(f"reading it takes more than {wall_s:g} s; set aside")
            kind, value = link.recv()
            return str(kind), value
        except (EOFError, ConnectionResetError) as error:
            raise self._end() from error

    def _end(self) -> ReadError:
        """Why the child ended."""
        assert self._process is not None
        assert self._said is not None
        status = self._process.wait()
        self._said.seek(0)
        last = self._said.read()[-2_000:].decode("utf-8", "replace").strip().rpartition("\n")[2]
        self.close()
        if status == -signal.SIGXCPU:
            return ReadError(f"reading it takes more than {self.limits.cpu_s:g} s of computing; set aside")
        if self._loading and status != -signal.SIGKILL:
            return ReadError(f"the process that is to read does not start: {last or f'status {status}'}; set aside")
        kind = Killed if status == -signal.SIGKILL else ReadError
        return kind(f"{_GONE} ({signal.strsignal(-status) if status < 0 else f'status {status}'}); set aside")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        with contextlib.suppress(Exception):  # at the end of the interpreter, what it needs may be gone
            self.close()


def serve(descriptor: int) -> None:
    """Answers questions over a socket until its other end is closed; the main function of the child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, which closes the socket
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for kind in (resource.RLIMIT_AS, resource.RLIMIT_CPU):  # a child of a child: its parent's limits are not its own
        hard = resource.getrlimit(kind)[1]
        resource.setrlimit(kind, (hard, hard))
    with Connection(descriptor) as link, contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        make, limits = link.recv()
        try:
            handlers = make()
        except Exception as error:
            link.send(("error", _portable(error)))
            return
        _limit_memory(limits.memory_mb)
        link.send(("ready", None))
        while True:
            name, args = link.recv()
            _answer(link, handlers[name], args, limits)


def _answer(link: Connection, function: Callable[..., Any], args: tuple[object, ...], limits: Limits) -> None:
    try:
        _limit_computing(limits.cpu_s)
        answer = function(*args)
        if not isinstance(answer, Iterator):
            link.send(("answer", answer))
            return
        for item in answer:
            link.send(("item", item))
            _limit_computing(limits.cpu_s)
        link.send(("end", None))
    except MemoryError:
        link.send(("memory", None))
    except RecursionError:
        link.send(("error", ReadError("nested too deeply to be read; set aside")))
    except (BrokenPipeError, ConnectionResetError):
        raise  # nobody waits for the answer
    except Exception as error:
        link.send(("error", _portable(error)))


def _portable(error: Exception) -> Exception:
    """The error with where it arose in the child; another one in its place where it cannot be pickled."""
    trace = "".join(traceback.format_exception(error))
    try:
        again = pickle.loads(pickle.dumps(error))
    except Exception:
        return RuntimeError(trace)
    assert isinstance(again, Exception)
    again.add_note(f"In the child process:\n{trace}")
    return again


def _limit_computing(cpu_s: float) -> None:
    if math.isinf(cpu_s):
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used + cpu_s)
    resource.setrlimit(resource.RLIMIT_CPU, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _limit_memory(memory_mb: int) -> None:
    statm = Path("/proc/self/statm")
    if not memory_mb or not statm.exists():
        return  # elsewhere, addresses are not what memory is
    pages = int(statm.read_text().split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + memory_mb * 1_000_000, hard))
