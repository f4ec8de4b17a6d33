"""``python -m orepact`` is the command ``orepact``."""

from orepact.cli.app import main

main()
