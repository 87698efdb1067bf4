"""callboard archive and load: the same bytes by any number of processes, completed after any stop, recorded once."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Self

import pytest
from archive_maker import Entry, article, other, warc, write_warc
from click.testing import CliRunner, Result
from promises import Proof

from callboard.archive.run import Progress, find_archives, read_archives
from callboard.archive.shard import Done, Job, work
from callboard.cli.main import group
from callboard.read.child import Limits
from callboard.record.ledger import open_ledger

NAMES = ("Harbor", "Shore", "Island", "Bay", "Road", "Mill")
GERMAN = """<!doctype html><title>Serie</title><p>Netflix hat am Dienstag eine dritte Staffel der Serie „Quiet Harbor“
bestellt, und die Dreharbeiten sollen im September in Vancouver beginnen, wie der Sender am Abend in einer Mitteilung
schrieb. Die Besetzung der ersten beiden Staffeln kehrt vollständig zurück, und auch das Team ist nicht verändert.</p>"""
MENU = """<!doctype html><title>Bridge</title><ul>{menu}</ul><article><p>The council voted on Monday to mend the old
bridge over the river, after two winters in which lorries had to go round by the mill, and it will take until May.</p>
<p>The mayor said that no trees have to be felled for it, and that the work begins when the frost is over.</p></article>"""


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """Three archives of news, some of which is about productions."""
    folder = tmp_path / "archives"
    folder.mkdir()
    for number in range(3):
        pages = [other(number * 100 + n) for n in range(12)]
        for n, name in enumerate(NAMES[2 * number : 2 * number + 2]):
            pages.insert(4 * n, article(f"Quiet {name}"))
        write_warc(folder / f"{number}.warc.gz", pages)
    return folder


def archive(out: Path, *args: str | Path) -> Result:
    return CliRunner().invoke(group, ["archive", "--out", str(out), *map(str, args)])


def lines(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for file in sorted(out.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]


def fingerprint(out: Path) -> dict[str, str]:
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in out.glob("*.jsonl")}


def test_archives_become_claims_in_the_ledger(archives: Path, tmp_path: Path) -> None:
    """Only the articles about productions, each with its claims, its day and its address; loading twice adds nothing."""
    out = tmp_path / "out"
    result = archive(out, archives, "--workers", "1")
    assert result.exit_code == 0, result.output
    assert "3 of 3 archives, 42 pages" in result.stderr
    assert "6 kept" in result.stderr
    assert {line["url"] for line in lines(out) if "url" in line} == {
        f"https://news.example.com/Quiet-{n}" for n in NAMES
    }
    path = tmp_path / "ledger.db"
    for expected in (True, False):
        loaded = CliRunner().invoke(group, ["load", str(out), "--ledger", str(path)])
        assert loaded.exit_code == 0, loaded.output
        assert ("0 new claims" not in loaded.stderr) is expected
    with open_ledger(path) as ledger:
        assert {str(document.published) for document in ledger.documents()} == {"2017-06-06"}
        assert len(list(ledger.documents())) == 6
        assert {report.claim.production.title for report in ledger.reports()} == {f"Quiet {name}" for name in NAMES}
        assert ledger.check().problems == ()


def test_any_number_of_processes_gives_the_same_bytes(archives: Path, tmp_path: Path) -> None:
    """In another order of files, another time zone, another hash seed, too."""
    assert archive(tmp_path / "one", archives, "--workers", "1").exit_code == 0
    command = [sys.executable, "-m", "callboard.cli.main", "archive", "--workers", "2", "--out", str(tmp_path / "two")]
    files = sorted(archives.iterdir(), reverse=True)
    environment = os.environ | {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "5", "LC_ALL": "C"}
    subprocess.run([*command, *map(str, files)], env=environment, check=True, capture_output=True)
    assert fingerprint(tmp_path / "one") == fingerprint(tmp_path / "two")


def test_a_killed_run_is_completed(archives: Path, tmp_path: Path) -> None:
    """kill -9 at several points: no half file is ever taken for a whole one, and the end is as if nothing had happened."""
    assert archive(tmp_path / "quiet", archives, "--workers", "1").exit_code == 0
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "callboard.cli.main",
        "archive",
        "--workers",
        "2",
        "--out",
        str(out),
        str(archives),
    ]
    for after_s in (0.5, 3.0, 5.0):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
        time.sleep(after_s)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        whole = fingerprint(tmp_path / "quiet")
        assert fingerprint(out).items() <= whole.items()
    result = archive(out, archives, "--workers", "2")
    assert result.exit_code == 0, result.output
    assert fingerprint(out) == fingerprint(tmp_path / "quiet")
    assert [each.name for each in out.iterdir() if each.name.endswith(".part")] == []


def test_what_a_killed_worker_left_half_done_goes_with_the_run(archives: Path, tmp_path: Path) -> None:
    """Its archive is read by another worker, which writes a file of its own."""
    out, paths = tmp_path / "out", find_archives([archives]).archives
    for step in read_archives(paths, out, limits=Limits(), max_page_mb=10, workers=1, memory_mb=0):
        assert isinstance(step, Progress), step
        (out / ".0.1.part").write_text("half")
    assert sorted(each.name for each in out.iterdir() if each.suffix != ".jsonl") == [".lock"]
    assert len(fingerprint(out)) == len(paths)


@pytest.mark.promise(4)
@pytest.mark.parametrize("code", [errno.EIO, errno.ENOSPC])
def test_a_fault_at_any_step_of_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, proof: Proof
) -> None:
    """Opening, each line, flushing, syncing, renaming: no file or the whole one, and the next run gives the same bytes."""
    archive_path = write_warc(tmp_path / "x.warc.gz", [article("Quiet Harbor"), other(1), article("Quiet Shore")])
    steps = Steps(monkeypatch, code)

    def run(name: str) -> dict[str, str]:
        (tmp_path / name).mkdir(exist_ok=True)
        *_, done = work(Job(archive_path, tmp_path / name, Limits(), 10_000_000))
        assert isinstance(done, Done)
        return fingerprint(tmp_path / name)

    whole = run("whole")
    taken = steps.taken
    assert taken > 7
    for step in range(1, taken + 1):
        steps.taken, steps.fails_at = 0, step
        with pytest.raises(OSError, match=os.strerror(code)):
            run(str(step))
        assert fingerprint(tmp_path / str(step)) in ({}, whole)
        assert [each.name for each in (tmp_path / str(step)).iterdir() if each.name.endswith(".part")] == []
        steps.fails_at = None
        assert run(str(step)) == whole
        proof.count("faults at I/O steps of archives' files")


class Steps:
    """Counts the steps by which a shard's file is written, and fails one of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
        self.taken, self.fails_at, self._code = 0, None, code
        open_usually, rename, fsync = Path.open, Path.rename, os.fsync

        def opening(path: Path, *args: str, **options: str) -> object:
            if path.suffix != ".part":
                return open_usually(path, *args, **options)
            self.take()
            file = open_usually(path, *args, **options)
            write, flush = file.write, file.flush
            return _Slow(file, lambda text: (self.take(), write(text)), lambda: (self.take(), flush()))

        monkeypatch.setattr(Path, "open", opening)
        monkeypatch.setattr(Path, "rename", lambda path, other: (self.take(), rename(path, other)))
        monkeypatch.setattr(os, "fsync", lambda number: (self.take(), fsync(number)))

    def take(self) -> None:
        self.taken += 1
        if self.taken == self.fails_at:
            raise OSError(self._code, os.strerror(self._code))


class _Slow:
    """A file whose writing and flushing go by other functions."""

    def __init__(self, file: IO[str], write: Callable[[str], object], flush: Callable[[], object]) -> None:
        self._file, self.write, self.flush, self.fileno = file, write, flush, file.fileno

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


def test_a_poisonous_page_costs_itself_only(tmp_path: Path) -> None:
    """Pages that stop parsers, in an archive between articles: named in the file's last line, all articles are kept."""
    words = "<p>Netflix has renewed Quiet Harbor for a third season, the streamer said on Tuesday in a statement.</p>"
    misnested = words + "<p>" + "".join(f"<b id={n}>" for n in range(600)) + "<p>x" * 8_000
    poison = [words + "<div>" * 200_000, words + "<p " + " ".join(f"a{n}=1" for n in range(40_000)) + ">", misnested]
    pages = [article("Quiet Harbor")]
    for number, text in enumerate(poison):
        pages += [Entry(text.encode(), f"https://evil.example/{number}"), article(f"Quiet {NAMES[number + 1]}")]
    write_warc(tmp_path / "x.warc.gz", pages)
    result = archive(tmp_path / "out", tmp_path / "x.warc.gz")
    assert result.exit_code == 0, result.output  # every crawl has such pages
    assert "callboard: x.warc.gz, https://evil.example/0: not an article" in result.stderr
    assert "3 problems, listed in the last lines" in result.stderr
    found = lines(tmp_path / "out")
    assert [line["url"] for line in found[:-1]] == [f"https://news.example.com/Quiet-{name}" for name in NAMES[:4]]
    shard = found[-1]["shard"]
    assert isinstance(shard, dict)
    assert [each["where"] for each in shard["named"]] == [f"https://evil.example/{number}" for number in range(3)]


def test_other_languages_and_mere_menus_are_passed_over(tmp_path: Path) -> None:
    """
    A German article and pages whose menus alone name shows are no problems, and not kept.

    Links are passed over on raw bytes; what looks like an item of the text is, once the page is parsed and its menu gone.
    """
    items = [f"The new season of Quiet {name}, filming now: Netflix" for name in NAMES]
    links, plain = ("".join(f"<li>{each.format(item)}</li>" for item in items) for each in ("<a>{}</a>", "{}"))
    pages = [
        Entry(GERMAN.encode()),
        Entry(MENU.format(menu=links).encode(), "https://news.example.com/b"),
        Entry(MENU.format(menu=plain).encode(), "https://news.example.com/c"),
    ]
    write_warc(tmp_path / "x.warc", pages)
    assert archive(tmp_path / "out", tmp_path / "x.warc").exit_code == 0
    (last,) = lines(tmp_path / "out")
    assert last["shard"] == {
        "pages": 3,
        "passed": 1,
        "documents": 0,
        "claims": 0,
        "problems": 0,
        "damaged": 0,
        "named": [],
    }


def test_the_header_has_the_charset(tmp_path: Path) -> None:
    """Curly quotes of a page in Windows-1252 that says nothing, or says otherwise itself."""
    page = article("Quiet Harbor")
    text = page.body.decode().replace("<head>", '<head><meta charset="iso-8859-5">')
    entry = Entry(text.encode("cp1252"), page.url, kind="text/html; charset=windows-1252")
    write_warc(tmp_path / "x.warc", [entry])
    assert archive(tmp_path / "out", tmp_path / "x.warc").exit_code == 0
    assert "“Quiet Harbor”" in str(lines(tmp_path / "out")[0]["text"])


def test_what_fails_three_times_is_set_aside(archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One giant page that fills a process: its archive is noted with the reason, passed over next time, tried on demand."""
    giant = warc([Entry(b"<p>" + bytes(400_000_000))])
    (archives / "giant.warc.gz").write_bytes(giant)
    monkeypatch.setenv("CALLBOARD_MAX_PAGE_MB", "1000")
    out = tmp_path / "out"
    result = archive(out, archives, "--workers", "1")
    assert result.exit_code == 1, result.output
    assert "3 of 4 archives" in result.stderr
    assert "1 set aside" in result.stderr
    assert result.stderr.count("giant.warc.gz: the process that reads it ended (Aborted)") == 3
    (note,) = (out / "quarantine").iterdir()
    assert "Aborted" in json.loads(note.read_text())["error"]
    again = archive(out, archives, "--workers", "1")
    assert again.exit_code == 1
    assert "was set aside after three tries; --retry tries again" in again.stderr
    (archives / "giant.warc.gz").write_bytes(warc([article("Quiet Wood")]))
    mended = archive(out, archives, "--workers", "1")
    assert mended.exit_code == 0, mended.output


def test_paths_files_of_a_month(archives: Path, tmp_path: Path) -> None:
    """The lines of CC-NEWS, of which some archives are here: below the file's folder, beside it, or below --root."""
    month = tmp_path / "mirror" / "crawl-data" / "CC-NEWS" / "2018" / "03"
    month.mkdir(parents=True)
    for number, name in enumerate(("CC-NEWS-1.warc.gz", "CC-NEWS-2.warc.gz")):
        (archives / f"{number}.warc.gz").rename(month / name)
    paths = "".join(f"crawl-data/CC-NEWS/2018/03/CC-NEWS-{n}.warc.gz\n" for n in (1, 2, 3))
    (tmp_path / "mirror" / "warc.paths.gz").write_bytes(gzip.compress(paths.encode()))
    (month / "warc.paths").write_text(paths)
    (tmp_path / "elsewhere.paths").write_text(paths + "../../../etc/passwd\n")
    for args in (
        [tmp_path / "mirror" / "warc.paths.gz"],
        [month / "warc.paths"],
        [tmp_path / "elsewhere.paths", "--root", tmp_path / "mirror"],
    ):
        result = archive(tmp_path / "out", *args, "--workers", "1")
        assert result.exit_code == 1
        assert "2 of 2 archives" in result.stderr, result.output
        assert (
            "CC-NEWS-3.warc.gz is not here; https://data.commoncrawl.org/crawl-data/CC-NEWS/2018/03/" in result.stderr
        )


def test_what_cannot_be_loaded_is_named(archives: Path, tmp_path: Path) -> None:
    """A file that was cut off or changed is refused as a whole, and the others are recorded."""
    out = tmp_path / "out"
    assert archive(out, archives, "--workers", "1").exit_code == 0
    first, second, _ = sorted(out.glob("*.jsonl"))
    first.write_text("".join(first.read_text("utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")
    second.write_text(second.read_text("utf-8").replace("Netflix has renewed", "Netflix had renewed"), encoding="utf-8")
    result = CliRunner().invoke(group, ["load", str(out), "--ledger", str(tmp_path / "l.db")])
    assert result.exit_code == 1
    assert f"callboard: {first}: not complete" in result.stderr
    assert f"callboard: {second}: " in result.stderr
    with open_ledger(tmp_path / "l.db") as ledger:
        assert len(list(ledger.documents())) == 2
    nothing = CliRunner().invoke(group, ["load", str(tmp_path / "none"), "--ledger", str(tmp_path / "l.db")])
    assert "no files of callboard archive" in str(nothing.exception)


def test_two_runs_do_not_share_a_folder(archives: Path, tmp_path: Path) -> None:
    import fcntl

    out = tmp_path / "out"
    out.mkdir()
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        result = archive(out, archives)
    assert "another callboard archive writes there" in str(result.exception)


def test_a_cut_archive_is_named_with_its_record(archives: Path, tmp_path: Path) -> None:
    """What stands before the cut is kept; status 1, the cause and where it is listed, in a second run, too."""
    cut = tmp_path / "cut.warc.gz"
    whole = (archives / "0.warc.gz").read_bytes()
    cut.write_bytes(whole[: len(whole) - 200])
    for _ in range(2):
        result = archive(tmp_path / "out", cut, "--workers", "1")
        assert result.exit_code == 1, result.output
        (told,) = [line for line in result.stderr.splitlines() if line.startswith("callboard: cut.warc.gz, record ")]
        assert "ends early" in told
        assert f"1 problem, listed in the last lines of {tmp_path / 'out'}/*.jsonl" in result.stderr
        assert "1 archive not read to the end" in result.stderr
    (last,) = [line["shard"] for line in lines(tmp_path / "out") if "shard" in line]
    assert isinstance(last, dict)
    assert [f"callboard: {each['where']}: {each['what']}" for each in last["named"]] == [told]
    assert last["documents"] == 2
