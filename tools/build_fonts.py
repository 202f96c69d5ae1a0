"""Cuts the typefaces of prints down to what Vietnamese and English need.

``python -m tools.build_fonts DIR`` reads the whole ones from a folder, such as the one
that Debian's package fonts-croscore fills.
"""

from __future__ import annotations

from pathlib import Path

import click
from fontTools.subset import Options, Subsetter, load_font, save_font

from geo.typefaces import FILES, FONTS

# Latin with every Vietnamese letter, punctuation, arrows, mathematical signs and the shapes of a legend.
RANGES = (
    (0x0020, 0x007E),
    (0x00A0, 0x024F),
    (0x0300, 0x0323),
    (0x1EA0, 0x1EF9),
    (0x2010, 0x2027),
    (0x2030, 0x203A),
    (0x20AB, 0x20AC),
    (0x2190, 0x2193),
    (0x2212, 0x2212),
    (0x2248, 0x2265),
    (0x25A0, 0x25E6),
)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(folder: Path) -> None:
    """Write the cut fonts of a folder that holds the whole ones."""
    if missing := [file for file in FILES.values() if not (folder / file).is_file()]:
        raise click.UsageError(f"{folder} lacks {', '.join(missing)}")
    letters = [number for first, last in RANGES for number in range(first, last + 1)]
    for file in FILES.values():
        options = Options(hinting=False, layout_features=["kern", "mark", "ccmp", "mkmk"], name_IDs=["*"])
        font = load_font(folder / file, options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=letters)
        subsetter.subset(font)
        save_font(font, FONTS / file, options)
        click.echo(f"{file}: {(FONTS / file).stat().st_size} bytes")


if __name__ == "__main__":
    main()
