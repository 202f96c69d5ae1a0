"""The same work from the command line: ``python manage.py --help``."""

from commands import folder, record, user
from commands.frame import cli

__all__ = ["cli", "folder", "record", "user"]

if __name__ == "__main__":
    cli()
