"""Tables of a study, before any of its runs."""

from contrastive import studies
from contrastive.studies.tables import frame, markdown


def test_a_study_without_published_figures_has_no_column_for_them() -> None:
    for name, wanted in (("temperature", False), ("pairwise-and-triplet", True)):
        study = studies.load(name)
        rows = studies.results(study)
        assert ("against the published figure" in markdown(study, rows)) is wanted
        assert "difference" not in frame(study, rows), "nothing was measured"
