"""See contrastive learning: datasets, views, encoders, methods, runs, maps, neighbours and reports.

The backend has no screen: `pages/` shows what it does, and `python -m contrastive` runs it from a shell.
"""

__version__ = "0.1.0"
