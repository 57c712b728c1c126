"""CloudFormation's query protocol: form fields in, XML out, both shaped by botocore's own service model."""

from rehearsal.loopback.wire.request import Call, parse
from rehearsal.loopback.wire.response import respond, respond_error

__all__ = ["Call", "parse", "respond", "respond_error"]
