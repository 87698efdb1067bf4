"""`callboard follow` and `callboard alerts`: what is followed, sent, logged; killed midway, and without a secret shown."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from alert_stories import BEFORE, FILMING, RENEWED, at
from webhook import Webhook

import callboard.cli.alerts
from callboard.alerts.follows import Kind
from callboard.alerts.store import AlertStore
from callboard.cli import main
from callboard.record.ledger import Ledger

Learn = Callable[[str, str], None]
RUN_AT = Path(__file__).with_name("run_at.py")
SECRETS = ("hunter2secret", "tok3nsecret", "someone")


def run(arguments: list[str]) -> int:
    """The exit status of the program."""
    try:
        return main.run(arguments)
    except SystemExit as stop:
        return int(str(stop.code))


@pytest.fixture
def told(
    ledger: Ledger, learn: Learn, store: AlertStore, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], None]:
    """Follows Netflix, reads of two changes, and sets the clock."""
    monkeypatch.setenv("CALLBOARD_LEDGER", ledger.address)
    monkeypatch.setenv("CALLBOARD_NOTIFY", hook.address)
    learn("2017-06-01T09:00", BEFORE)
    store.follow(Kind.PLATFORM, "Netflix", now=at("2017-06-10T12:00"))
    learn("2017-06-12T18:00", RENEWED + FILMING)

    def clock(when: str) -> None:
        monkeypatch.setattr(callboard.cli.alerts, "now", lambda: at(when).astimezone(dt.UTC))

    clock("2017-06-12T20:00")
    return clock


def test_once_sends_and_the_log_says_why(
    told: Callable[[str], None], hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second time there is nothing to send; no address, user or token is ever shown."""
    assert run(["alerts", "run", "--once"]) == 0
    assert sorted(title.split(" (")[0] for title in hook.titles) == [
        "Harbour Watch, season 2: development → ordered",
        "Night Shift, season 1: ordered → filming",
    ]
    assert run(["alerts", "run", "--once"]) == 0
    assert len(hook.taken) == 2
    assert run(["alerts", "log"]) == 0
    out = capsys.readouterr()
    assert "2 new alerts" in out.err
    assert "because you follow platform Netflix" in out.out
    assert ": sent 2017-06-12" in out.out
    assert run(["alerts", "log", "--json"]) == 0
    logged = json.loads(capsys.readouterr().out)
    assert [each["deliveries"][0]["state"] for each in logged] == ["sent", "sent"]
    assert "“cameras roll in Oslo”" in logged[0]["body"] + logged[1]["body"]
    assert not any(secret in out.out + out.err + json.dumps(logged) for secret in SECRETS)


def test_a_failure_is_told_without_secrets_and_made_good(
    told: Callable[[str], None], hook: Webhook, capsys: pytest.CaptureFixture[str], store: AlertStore
) -> None:
    """Exit status 1, the reason, and when it is tried again; nothing secret on the screen, in the log or in the file."""
    hook.statuses = [500]
    assert run(["alerts", "run", "--once"]) == 1
    err = capsys.readouterr().err
    assert "not sent: it answered with status 500; next try 2017-06-12" in err
    told("2017-06-12T20:30")
    assert run(["alerts", "run", "--once"]) == 0
    assert len(hook.taken) == 2
    files = b"".join(path.read_bytes() for path in store.path.parent.glob("*.alerts.*"))
    assert not any(secret in err or secret.encode() in files for secret in SECRETS)


def test_killed_while_sending_it_tells_nothing_twice(
    told: Callable[[str], None], hook: Webhook, capsys: pytest.CaptureFixture[str]
) -> None:
    """The one that was under way is told as unsure and sent again only when asked for; the other one arrives."""
    hook.hold = threading.Event()
    process = subprocess.Popen([sys.executable, RUN_AT, "2017-06-12T20:00", "run", "--once"], stderr=subprocess.PIPE)
    assert hook.arrived.wait(60)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    hook.hold.set()
    assert len(hook.taken) == 1
    for _ in range(2):
        assert run(["alerts", "run", "--once"]) == 0
    assert len(hook.taken) == len(set(hook.titles)) == 2
    err = capsys.readouterr().err
    assert "whether alert 1 arrived is not known" in err
    assert err.count("is not known") == 1
    assert run(["alerts", "retry", "1"]) == 0
    assert run(["alerts", "run", "--once"]) == 0
    assert len(hook.taken) == 3


def test_killed_before_it_sends_it_loses_nothing(told: Callable[[str], None], hook: Webhook, store: AlertStore) -> None:
    """What was decided on stands in the outbox."""
    code = (
        "import os, signal, sys; import callboard.alerts.running as r\n"
        "r.deliver = lambda *a, **k: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"sys.argv = ['', '2017-06-12T20:00', 'run', '--once']\nexec(open({str(RUN_AT)!r}).read())"
    )
    killed = subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL
    assert len(store.log(limit=9)) == 2
    assert hook.taken == []
    assert run(["alerts", "run", "--once"]) == 0
    assert len(hook.taken) == 2


def test_one_process_sends(told: Callable[[str], None], store: AlertStore, capsys: pytest.CaptureFixture[str]) -> None:
    with store.working():
        assert run(["alerts", "run", "--once"]) == 1
    assert "another callboard sends these alerts" in capsys.readouterr().err


def test_the_test_button(told: Callable[[str], None], hook: Webhook, capsys: pytest.CaptureFixture[str]) -> None:
    """Says of each service whether it took the message, and fails where one did not."""
    assert run(["alerts", "test"]) == 0
    assert "took the test message" in capsys.readouterr().out
    assert hook.titles == ["callboard: a test"]
    hook.statuses = [401]
    assert run(["alerts", "test"]) == 1
    assert ": it answered with status 401" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("notify", "what"),
    [
        ("", "setting notify is empty"),
        ("json://h hunter2secret", "setting notify: address 2 is none"),
        ("nosuch://someone:hunter2secret@host", "is no address that Apprise knows"),
    ],
)
def test_an_address_that_cannot_be_used_is_told_without_showing_it(
    told: Callable[[str], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    notify: str,
    what: str,
) -> None:
    monkeypatch.setenv("CALLBOARD_NOTIFY", notify)
    assert run(["alerts", "test"]) == 1
    err = capsys.readouterr().err
    assert what in err
    assert not any(secret in err for secret in SECRETS)


def test_follows_are_added_listed_and_removed(told: Callable[[str], None], capsys: pytest.CaptureFixture[str]) -> None:
    """Each kind; the same again changes how it is told; a slip of the pen is pointed out."""
    assert run(["follow", "add", "Night Shit"]) == 0
    assert "nobody speaks of 'Night Shit' yet; did you mean 'Night Shift', " in capsys.readouterr().err
    assert run(["follow", "add", "Simone Missick", "--person", "--daily", "--only", "attached"]) == 0
    assert run(["follow", "add", "Shoots", "--view", "http://127.0.0.1:8000/?platform=Netflix&filming=1"]) == 0
    assert run(["follow", "add", "netflix", "--platform", "--least", "0.9"]) == 0
    capsys.readouterr()
    assert run(["follow", "list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [(row["kind"], row["name"]) for row in rows] == [
        ("platform", "Netflix"),
        ("title", "Night Shit"),
        ("person", "Simone Missick"),
        ("view", "Shoots"),
    ]
    assert (rows[0]["least"], rows[2]["daily"], rows[2]["only"]) == (0.9, True, ["attached"])
    assert rows[3]["view"] == "platform=Netflix&filming=1"
    assert run(["follow", "remove", "2", "99"]) == 1
    assert "99: not followed" in capsys.readouterr().err
    assert run(["follow", "list"]) == 0
    assert "Night Shit" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["X", "--only", "renewals"], "'renewals' is none of"),
        (["X", "--view", "?stage=filmin"], "'filmin' is none of"),
        (["X", "--person", "--season", "2"], "--season belongs to a title"),
        (["X", "--person", "--view", "?filming=1"], "--view is a follow of its own"),
        (["  "], "NAME is empty"),
    ],
)
def test_a_follow_that_means_nothing_is_refused(
    told: Callable[[str], None], capsys: pytest.CaptureFixture[str], arguments: list[str], what: str
) -> None:
    assert run(["follow", "add", *arguments]) in (1, 2)
    assert what in capsys.readouterr().err
