"""From an encoder's name and pictures to a report: every split, and what the note has to admit."""

import numpy as np
import pytest
from sklearn.metrics import classification_report

from contrastive import datasets
from contrastive.embed import embed
from contrastive.errors import UserError
from contrastive.evaluate import examine, vectors_of
from contrastive.evaluate.examine import FLATTERS, MEMORY


@pytest.fixture(scope="module")
def whole() -> datasets.ImageDataset:
    digits = datasets.load("digits")
    # The digits come without a validation split; a fifth of the training images plays one.
    table = digits.table.copy()
    rows = digits.rows("train")[::5]
    table.loc[rows, "split"] = "val"
    made = digits.subset(np.arange(len(digits)))
    made.table = table
    return made


@pytest.mark.parametrize("split", ["train", "val", "test"])
def test_every_split_and_its_table_is_scikit_learns(whole: datasets.ImageDataset, split: str) -> None:
    asked = whole.split(split)
    report = examine("pixels", "sgd:epochs=3", whole.split("train"), asked, validation=whole.split("val"))
    theirs = classification_report(asked.codes(), report.predictions, output_dict=True, zero_division=0)
    for i, row in enumerate(report.per_class):
        assert (row["recall"], row["f1"]) == pytest.approx((theirs[str(i)]["recall"], theirs[str(i)]["f1-score"]))
    assert report.weighted_f1 == pytest.approx(theirs["weighted avg"]["f1-score"])
    assert (MEMORY in report.note) == (split == "train")
    assert (FLATTERS in report.note) == (split == "val")


def test_an_encoder_without_a_head_and_an_unknown_column_are_sentences(whole: datasets.ImageDataset) -> None:
    train, test = whole.split("train"), whole.split("test")
    with pytest.raises(UserError, match="No projection head"):
        vectors_of("digits-tiny", test, after_head=True)
    with pytest.raises(UserError, match="behind its head"):
        examine("digits-tiny", "finetune", train, test, after_head=True)
    with pytest.raises(UserError, match="no label column"):
        examine("pixels", "knn", train, test, column="colour")
    np.testing.assert_array_equal(vectors_of("pixels", test), embed("pixels", test))
