"""What a service beside CloudFormation refuses, before it becomes a refusal of CloudFormation's own."""

from __future__ import annotations


class ServiceError(Exception):
    """What a service beside CloudFormation refused: its code and message, which never cross the wire as such."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
