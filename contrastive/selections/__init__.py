"""Selections of pictures: kept as label columns of one's own, written to files, and read back.

keep("night scenes", images, rows)      # data/selections/FINGERPRINT/...
columns(images)["night scenes"]         # (n,) codes: 0 in the selection, 1 not
rows, strangers = from_file(raw, images)
"""

from contrastive.selections.files import as_csv, as_parquet, as_zip, from_file, share_table
from contrastive.selections.kept import OTHERS, columns, keep, remove

__all__ = ["OTHERS", "as_csv", "as_parquet", "as_zip", "columns", "from_file", "keep", "remove", "share_table"]
