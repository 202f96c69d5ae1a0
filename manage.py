"""The same work from the command line: ``python manage.py --help``."""

from commands import archive, folder, paper, record, report, sheet, sites, user
from commands.frame import cli

__all__ = ["archive", "cli", "folder", "paper", "record", "report", "sheet", "sites", "user"]

if __name__ == "__main__":
    cli()
