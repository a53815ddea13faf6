"""A number with its noun, a time with its unit."""


def counted(number: int, noun: str) -> str:
    """1, "picture" -> "1 picture"; 2048 -> "2,048 pictures"; 3, "class" -> "3 classes"."""
    return f"{number:,} {noun}" + ("" if number == 1 else "es" if noun.endswith("s") else "s")


def duration(seconds: float) -> str:
    """Seconds, minutes or hours in words: 90 -> "90 s", 100 -> "2 min", 9000 -> "2.5 h"."""
    if seconds <= 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds <= 90 * 60 else f"{seconds / 3600:.1f} h"
