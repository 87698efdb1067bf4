"""`callboard forget`: a page whose text and claims are to vanish."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import click

from callboard.cli.options import json_option, ledger_option, open_ledger_for, settings_with
from callboard.errors import ReadError


@click.command("forget")
@click.argument("address", metavar="PAGE")
@click.option("--reason", default="asked for", show_default=True, help="Who asked for it and why; kept with the entry.")
@click.option("--ahead", is_flag=True, help="Also where no page of this address is recorded yet.")
@json_option
@ledger_option
def command(address: str, reason: str, ahead: bool, as_json: bool, ledger: str | None) -> None:
    """
    Forget a page, as its publisher asked.

    Its text is dropped at once. Its claims vanish from every answer and every export, those on past days included. What is
    read from the address later, changed or not, is not recorded. PAGE is the address as `callboard add` and `callboard why`
    show it; http or https and a slash at its end make no difference. A page that was added from a file and has no address is
    named by the file, or where that is gone by its digest, the `id` in `callboard export`. A forget cannot be taken back.

    \b
    Example:
        callboard forget https://example.com/news/renewed --reason "the publisher, by mail on 3 May"
    """
    meant = _page_of(Path(address)) if "://" not in address and Path(address).is_file() else address
    with open_ledger_for(ledger, create=ahead, read_only=False) as recorded:
        gone = recorded.forget(meant, reason=reason, learned=dt.datetime.now(dt.UTC), ahead=ahead)
    if as_json:
        answer = {"forgotten": list(gone.subjects), "documents": gone.documents, "claims": gone.claims}
        click.echo(json.dumps(answer, ensure_ascii=False))
    elif not gone.subjects:
        click.echo(f"{address}: forgotten before", err=True)
    else:
        click.echo(
            f"forgotten: {gone.documents} documents, {gone.claims} claims of {', '.join(gone.subjects)}", err=True
        )


def _page_of(path: Path) -> str:
    """
    The address of the one page in a file, or its digest where it has none.

    Raises:
        ReadError: It cannot be read, or holds no page or several.
    """
    from callboard.limited import LimitedTools, limits_from
    from callboard.model import Document

    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
    found = list(LimitedTools(limits_from(settings_with()))().read(path, data))
    pages = [each for each in found if isinstance(each, Document)]
    if len(pages) != 1:
        raise ReadError(f"{path}: {len(pages)} pages in it; give the address or the digest of the one that is meant")
    return pages[0].url or pages[0].digest
