"""A client that answers what a test says, and holds questions and answers to AWS's own shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import botocore
import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import validate_parameters

from deployment.aws.clock import Clock, Polling


@lru_cache
def service_model(service: str) -> Any:
    """botocore's model of a service."""
    return botocore.session.Session().get_service_model(service)


def refusal(code: str, message: str, status: int = 400) -> ClientError:
    """What boto3 raises for an error answer."""
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Operation"
    )


class FakeClient:
    """Each operation answers its list in turn, the last answer again and again; a callable is given the arguments."""

    def __init__(self, service: str, **answers: Any) -> None:
        self._model = service_model(service)
        self._operations = {
            botocore.xform_name(name): self._model.operation_model(name) for name in self._model.operation_names
        }
        # An account that exports nothing, where a test says nothing else.
        answers = {"list_exports": {"Exports": []}} | answers
        self._answers = {name: list(each) if isinstance(each, list) else [each] for name, each in answers.items()}
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Callable[..., dict[str, Any]]:
        if name.startswith("_") or name not in self._operations:
            raise AttributeError(name)

        def operation(**arguments: Any) -> dict[str, Any]:
            return self._answer(name, arguments)

        operation.__name__ = name
        return operation

    def named(self, name: str) -> list[dict[str, Any]]:
        """The arguments of every call of one operation."""
        return [arguments for operation, arguments in self.calls if operation == name]

    def _answer(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        model = self._operations[name]
        if model.input_shape is not None:
            validate_parameters(arguments, model.input_shape)
        self.calls.append((name, arguments))
        if name not in self._answers:
            raise AssertionError(f"{name} was not expected: {arguments}")
        queue = self._answers[name]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if callable(answer):
            answer = answer(**arguments)
        if isinstance(answer, BaseException):
            raise answer
        if model.output_shape is not None:
            validate_parameters(answer, model.output_shape)
        found: dict[str, Any] = answer
        return found


class FakeTime:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, self.sleep)


POLLING = Polling(first=2.0, most=10.0)
