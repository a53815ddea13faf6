"""A number with its noun."""


def counted(number: int, noun: str) -> str:
    """1, "picture" -> "1 picture"; 2048 -> "2,048 pictures"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
