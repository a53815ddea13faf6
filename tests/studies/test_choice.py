"""What of a study is chosen: its cells, what stands in for its data, and settings told otherwise."""

import pytest

from contrastive import studies
from contrastive.__main__ import main
from contrastive.errors import UserError
from contrastive.runs import Run
from contrastive.studies import Choice


def test_a_choice_narrows_the_grid_and_lets_data_stand_in() -> None:
    study = studies.load("pairwise-and-triplet")
    small = Choice(dataset="cifar10", stand_in={"cifar10": "folder:c.zip"}, seeds=1, limit=100, size=16)
    found = studies.cells(study, small)
    assert len(found) == 6
    assert {cell.config.dataset for cell in found} == {"folder:c.zip"}
    assert {(cell.config.limit, cell.config.size) for cell in found} == {(100, 16)}
    for wrong in (Choice(only={"loss": "contrast"}), Choice(only={"lass": "triplet"}), Choice(dataset="digits")):
        with pytest.raises(UserError):
            studies.cells(study, wrong)
    for wrong, said in (
        (Choice(stand_in={"cifar": "folder:c.zip"}), "uses 'cifar'"),
        (Choice(epochs=0), "epochs = 0 is not possible"),
        (Choice(settings={"seed": "3"}), "no setting 'seed'"),
        (Choice(settings={"method": "triplet", "lr": "0.1", "epochs": "1"}), "are the same"),
        (Choice(settings={"views": "[{op: crop"}), "cannot be read"),
        (Choice(settings={"encoder": "slimm"}), "'slimm'"),
        (Choice(limit=0), "limit = 0 is not possible"),
        (Choice(seeds=0), "Nothing of"),
    ):
        with pytest.raises(UserError, match=said):
            studies.cells(study, wrong)


def test_settings_are_told_for_every_cell() -> None:
    told = {"views": "[{op: rotate, degrees: 45}]", "encoder": "slim", "lr": "0.3"}
    found = studies.cells(studies.load("pairwise-and-triplet"), Choice(only={"views": "none"}, settings=told))
    assert len(found) == 12
    for cell in found:
        assert (cell.config.views, cell.config.encoder, cell.config.lr) == (
            [{"op": "rotate", "degrees": 45}],
            "slim",
            0.3,
        )


def test_a_set_stands_in_for_one_whose_name_has_options(capsys: pytest.CaptureFixture[str]) -> None:
    told = ["study", "augmentation-subsets", "--table", "--map", "atelier:images=4000,seed=1=digits"]
    assert main(told) == 0, capsys.readouterr().err


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--out", "table.pdf"], "cannot be written as table.pdf"),
        (["--only", "head"], "--only 'head' cannot be read"),
        (["--only", "head=none", "--only", "head=mlp"], "--only tells head twice"),
        (["--map", "minst=digits"], "uses 'minst'"),
        (["--epochs", "0"], "epochs = 0"),
    ],
)
def test_what_cannot_be_meant_is_said_before_any_work(
    flags: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["study", "head", *flags]) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert not Run.all()
