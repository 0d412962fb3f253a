"""`python -m whtools`: the same as the `wellhearth` command."""

from .cli import main

raise SystemExit(main())
