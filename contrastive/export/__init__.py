"""Export: pictures, vectors, maps and encoders as files that other programs open.

`find` a kind, `gather` what it needs, `kind.make` the content of a file or of several, and `write` it. To add a
kind: write a function that takes `Contents` and gives bytes, or bytes by file name, and name it in `KINDS`; the
command line and the pages read them from there.
"""

from contrastive.export.contents import Contents
from contrastive.export.kinds import KINDS, Kind, find, gather, write, zipped

__all__ = ["KINDS", "Contents", "Kind", "find", "gather", "write", "zipped"]
