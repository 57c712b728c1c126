"""Why no bundle was written."""


class BundleError(Exception):
    """The problem and what to do about it, in one sentence each."""

    def __init__(self, happened: str, remedy: str) -> None:
        super().__init__(f"{happened}\nnext: {remedy}")
