"""CloudFormation's refusals: code and text as its API answers them.

What reads a template raises them, and every operation of the rehearsal that refuses: nothing else is answered as
an error. Codes and texts are AWS's own.
"""


class CloudFormationError(Exception):
    """One refusal: the code and message that the client reads, and the HTTP status they travel with."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status

    @property
    def sender(self) -> bool:
        """Whether the caller is at fault (`<Type>Sender</Type>`) rather than the service."""
        return self.status < 500


class ValidationError(CloudFormationError):
    """`ValidationError`, HTTP 400: the code of most refusals."""

    def __init__(self, message: str) -> None:
        super().__init__("ValidationError", message)


class TemplateError(ValidationError):
    """A template that CloudFormation does not accept."""
