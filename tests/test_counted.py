"""Numbers with their nouns, times with their units."""

from contrastive.counted import counted, duration


def test_a_noun_agrees_with_its_number() -> None:
    assert [counted(n, "picture") for n in (0, 1, 2048)] == ["0 pictures", "1 picture", "2,048 pictures"]
    assert [counted(n, "class") for n in (1, 10)] == ["1 class", "10 classes"]


def test_a_time_is_told_in_the_unit_that_suits_it() -> None:
    assert [duration(s) for s in (7.4, 90, 100, 5400, 9000)] == ["7 s", "90 s", "2 min", "90 min", "2.5 h"]
