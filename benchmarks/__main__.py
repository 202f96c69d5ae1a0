"""Run the benchmarks: ``python -m benchmarks [reach map province … writes] [--quick] [--json FILE]``."""

from __future__ import annotations

import json
import os
import platform
from datetime import date
from pathlib import Path

import click
from playwright.sync_api import Error as BrowserError

from benchmarks import chaos, field, landshare, maps, reach, report, sheet, sites, whatif, writes
from benchmarks.measure import Results

RUNS = {
    "reach": reach.run,
    "map": maps.run_map,
    "province": maps.run_province,
    "memory": maps.run_memory,
    "start": maps.run_start,
    "sheet": sheet.run,
    "report": report.run,
    "writes": writes.run,
    "sites": sites.run,
    "whatif": whatif.run,
    "landshare": landshare.run,
    "field": field.run,
    "chaos": chaos.run,
}
ROOT = Path(__file__).resolve().parents[1]


@click.command()
@click.argument("names", nargs=-1, type=click.Choice(list(RUNS)))
@click.option("--quick", is_flag=True, help="Small sizes and few rounds: to see that it works, not to judge.")
@click.option(
    "--json",
    "json_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "build" / "benchmarks.json",
    help="Where the results go.",
)
def main(names: tuple[str, ...], quick: bool, json_path: Path) -> None:
    """Measure the outreach map against the usual ways; NAMES chooses what, all if none is given."""
    results = Results()
    for name in names or RUNS:
        click.echo(f"{name} …", err=True)
        try:
            RUNS[name](results, size="quick" if quick else "full")
        except (RuntimeError, BrowserError) as error:
            # What the others measured is kept.
            results.notes.append(f"{name} could not be finished: {error}")
    click.echo(results.table())
    report = {
        "date": date.today().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "quick": quick,
        "lines": [line.to_dict() for line in results.lines],
        "notes": results.notes,
    }
    json_path.parent.mkdir(parents=True, exist_ok=True)
    json_path.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    click.echo(f"→ {json_path}")


if __name__ == "__main__":
    main()
