"""`museum`: works in the public domain of the Art Institute of Chicago, fetched once through its open API.

`web` asks politely, `search` reads a page of the search, `fetching` keeps what comes, `source` makes a data set.
API: https://api.artic.edu/docs (version 1). Fetched, the set needs no network.
"""

from contrastive.datasets.museum.fetching import fetch
from contrastive.datasets.museum.source import scan

__all__ = ["fetch", "scan"]
