"""Quality: what may be wrong with a data set, before anything is learned from it.

    findings = check(datasets.load("digits"))
    findings.counts(), findings.table

To add a kind of finding: a line in `KINDS`, and rows of it from a function that `check` calls.
"""

from contrastive.quality.check import check
from contrastive.quality.findings import KINDS, Findings
from contrastive.quality.kept import checked, earlier

__all__ = ["KINDS", "Findings", "check", "checked", "earlier"]
