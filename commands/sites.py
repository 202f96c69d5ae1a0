"""The command that proposes where the next panos should stand: sites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.frame import (
    Choice,
    Number,
    both_languages,
    channels_option,
    command,
    data_option,
    format_option,
    lang_option,
    on_option,
    option,
    print_json,
    told,
)
from geo.schema import MAX_COUNT, MAX_LENGTH_M, MAX_MONEY_VND
from geo.terms import CANDIDATES, WEIGHTS
from geo.text import Words
from reports.terminal import table_lines

if TYPE_CHECKING:
    import pandas as pd
    import shapely

    from geo.site_plan import SitePlan
    from geo.siting import Siting
    from geo.workspace import Workspace

PANOS_ONLY = ("pano",)


@command("sites")
@click.option("-k", "count", type=Number(1, MAX_COUNT), metavar="N", help=both_languages("cli.help.k"))
@option("--budget-vnd", type=Number(1, MAX_MONEY_VND), metavar="VND")
@option("--weight", type=Choice(WEIGHTS), default=WEIGHTS[0])
@option("--radius-m", type=Number(1.0, MAX_LENGTH_M), metavar="R")
@option("--candidates", default=CANDIDATES[0], metavar="villages|venues|FILE")
@option("--cost-vnd", type=Number(0, MAX_MONEY_VND), metavar="VND")
@option("--excluded", type=click.Path(path_type=Path), metavar="FILE")
@data_option
@on_option
@channels_option
@format_option("table", "json", "csv", "geojson")
@lang_option
def sites(
    count: int | None,
    budget_vnd: int | None,
    weight: str,
    radius_m: float | None,
    candidates: str,
    cost_vnd: int | None,
    excluded: Path | None,
    data: Path,
    on: date | None,
    channels: Sequence[str] | None,
    format: str,
    lang: str,
) -> None:
    """Print the sites that reach most of what is not yet reached in plan."""
    words = Words(lang)
    if (count is None) == (budget_vnd is None):
        raise _mistake(words("sites.error.one_limit"))
    from geo.folder import read_workspace
    from geo.siting import siting

    workspace = read_workspace(data.expanduser(), lang=lang)
    question = siting(
        workspace,
        weight=weight,
        radius_m=radius_m,
        candidates=_places(candidates, workspace, words),
        channels=channels,
        on=on,
        excluded=_areas(excluded, words) if excluded else (),
        cost_vnd=cost_vnd,
    )
    if budget_vnd is not None and len(question.candidates) and question.candidates["cost_vnd"].isna().all():
        raise _mistake(words("sites.error.no_cost"))
    plan = question.best(count, budget_vnd=budget_vnd)
    match format:
        case "json":
            print_json(plan.to_dict())
        case "geojson":
            print_json(plan.to_geojson())
        case "csv":
            click.echo(plan.to_csv(), nl=False)
        case _:
            click.echo("\n".join(_lines(workspace, question, plan, words, count)))


def _mistake(problem: str) -> click.UsageError:
    return click.UsageError(problem, click.get_current_context())


def _places(candidates: str, workspace: Workspace, words: Words) -> pd.DataFrame:
    if candidates in CANDIDATES:
        from geo.siting import candidates_from

        return candidates_from(workspace, candidates)
    from records.imports.candidates import read_candidates
    from records.imports.sheets import MAX_BYTES

    path = Path(candidates).expanduser()
    if not path.is_file():
        raise _mistake(words("sites.error.no_file", value=candidates))
    with told(words, "read", path):
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else bytes(MAX_BYTES + 1)
        return read_candidates(content, path.name, context=workspace, lang=words.lang)


def _areas(path: Path, words: Words) -> list[shapely.Geometry]:
    from geo.cells import CellError
    from geo.layers import read_polygons

    with told(words, "read", path):
        content = path.expanduser().read_bytes()
    try:
        return read_polygons(content)
    except CellError:
        raise _mistake(words("sites.error.excluded", path=str(path))) from None


def _lines(
    workspace: Workspace, question: Siting, plan: SitePlan, words: Words, count: int | None
) -> Iterable[str]:
    """Yield a plan as it is read on a terminal: head, sites, what is known of them and what is not."""
    if workspace.invented:
        yield words("cli.coverage.invented")
    yield words("sites.title", date=words.date(plan.on))
    channels = ", ".join(words(f"terms.channel.{channel}") for channel in plan.channels)
    radius = words.distance(plan.radius_m)
    yield words("sites.asked", radius=radius, channels=channels, candidates=plan.candidates)
    if "pano" not in plan.channels:
        yield words("sites.without_panos")
    elif plan.channels != PANOS_ONLY:
        yield words("sites.panos_only")
    yield words("sites.unknown.target", n=len(plan.target))
    weight = words(f"sites.weight.{plan.weight}")
    if len(plan.sites):
        heads = ("rank", "label", "place", "gain", "cumulative", "cost", "villages")
        yield ""
        yield from table_lines(
            [words(f"sites.head.{head}") for head in heads],
            [
                [
                    site["rank"],
                    site["label"],
                    f"{site['lat']:.5f}, {site['lon']:.5f}",
                    site["gain"],
                    site["cumulative"],
                    "" if site["cost_vnd"] is None else site["cost_vnd"],
                    ", ".join(plan.target["name"][list(site["villages"])]),
                ]
                for site in plan.to_dict()["sites"]
            ],
            words,
        )
        yield ""
        how = "optimal" if plan.optimal else "bounded"
        gain, most = (words(f"sites.amount.{plan.weight}", n=n) for n in (plan.objective, plan.bound))
        yield words(f"sites.found.{how}", gain=gain, **({} if plan.optimal else {"bound": most}))
        if plan.cost_vnd is not None:
            yield words("sites.found.cost", cost=plan.cost_vnd)
        if count is not None and len(plan.sites) < count:
            yield words("sites.found.fewer", n=len(plan.sites))
    else:
        obstacle = question.obstacle or "no_money"
        yield words(f"sites.none.{obstacle}", **({"weight": weight} if obstacle == "no_weight" else {}))
    for key, ids in (("weight", plan.weight_unknown), ("location", plan.no_location)):
        if ids:
            names = ", ".join(plan.target["name"][list(ids)])
            values = {"weight": weight} if key == "weight" else {}
            yield words(f"sites.unknown.{key}", n=len(ids), names=names, **values)
    for key, number in (("cost", plan.uncosted), ("excluded", plan.excluded)):
        if number:
            yield words(f"sites.unknown.{key}", n=number)
