"""The one exception that means: the person at the screen or the terminal asked for something impossible."""


class UserError(Exception):
    """A user's mistake, shown as one readable sentence and never as a traceback.

    `message` says what is wrong, `hint` what to do about it; `str()` joins the two. Pages show it with
    `st.error`; the command line prints it on one line and exits with code 2. Our own mistakes are never
    a `UserError`: they keep their traceback.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        # Both go to Exception so that the error survives pickling between processes.
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()
