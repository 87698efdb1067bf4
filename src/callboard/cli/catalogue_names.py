"""The names that come along, for `callboard catalogue`: outlets, platforms, places."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import asdict

import click

from callboard.cli.options import as_of_option, json_option
from callboard.errors import CatalogueError

_MOST_PLACES = 10  # of one name that are told


@click.command("outlet")
@click.argument("name")
@json_option
def outlet(name: str, as_json: bool) -> None:
    """
    What is known of an outlet: its kind, country, domain and other names; NAME may be any of them, or an address.

    \b
    Example:
        callboard catalogue outlet THR
    """
    from callboard.catalogue.starter import load_starter

    starter = load_starter()
    found = starter.outlet_names.get(name) or starter.outlet_of(name if "//" in name else f"https://{name}")
    if found is None:
        raise CatalogueError(f"no outlet is called {name!r}; give its name, an abbreviation or its domain")
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return
    click.echo(f"{found.name} ({', '.join(part for part in (found.kind, found.country) if part)}): {found.domain}")
    for short in found.abbreviations:
        click.echo(f"  also      {short}")


@click.command("platform")
@click.argument("name")
@as_of_option
@json_option
def platform_(name: str, as_of: dt.date | None, as_json: bool) -> None:
    """
    What a platform or network was called as of a day, whom it belonged to, and both over the years.

    \b
    Example:
        callboard catalogue platform "HBO Max" --as-of 2024-01-01
    """
    from callboard.catalogue.starter import load_starter

    facts, day = load_starter().platform_facts, as_of or dt.date.today()
    found = facts.find(name)
    if found is None:
        raise CatalogueError(f"no platform is or was called {name!r}; callboard board lists those that are spoken of")
    periods = facts.history(found)
    if as_json:
        answer = {
            "id": found,
            "as_of": day.isoformat(),
            "name": facts.called(found, day),
            "owner": facts.owner(found, day),
            "history": [
                {
                    "what": each.what,
                    "value": each.value,
                    "since": str(each.since) if each.since else None,
                    "until": str(each.until) if each.until else None,
                }
                for each in periods
            ],
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    click.echo(facts.told(found, day))
    for each in periods:
        click.echo(f"  {each.what:10}{each}")


@click.command("place")
@click.argument("name")
@click.option(
    "--near", multiple=True, metavar="PLACE", help="Another place of the same report or production; again for more."
)
@click.option("--country", default=None, metavar="CODE", help="Country of the outlet that says it, such as US.")
@json_option
def place(name: str, near: tuple[str, ...], country: str | None, as_json: bool) -> None:
    """
    Where a place lies: town, region and country, the likeliest first where several have the name.

    \b
    Example:
        callboard catalogue place Yonkers
        callboard catalogue place Hamilton --near Glasgow
    """
    from callboard.catalogue.places import find_places, locate

    around = [found for each in near if (found := locate(each)) is not None]
    code = country.upper() if country else None
    best = locate(name, near=around, country=code)
    if best is None:
        raise CatalogueError(
            f"no place is called {name!r}; give a town, a region or a country, as in 'Cobourg, Ontario'"
        )
    options = [best, *(each for each in find_places(name) if each != best)]
    if as_json:
        keys = ("town", "region", "country", "people")
        places = [{key: getattr(each, key) or None for key in keys} for each in options]
        click.echo(json.dumps({"name": name, "places": places}, ensure_ascii=False))
        return
    for each in options[:_MOST_PLACES]:
        click.echo(str(each))
    if len(options) > _MOST_PLACES:
        click.echo(f"callboard: and {len(options) - _MOST_PLACES} more", err=True)
