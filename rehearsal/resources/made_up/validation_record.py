"""The DNS record that proves a domain to ACM, as an event of the certificate shows it.

ACM asks for the same record for one domain name of one account every time; CloudFormation shows only that of the
certificate's own domain name, whatever others it has.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

_TYPE = "AWS::CertificateManager::Certificate"


def validation_record(type_name: str, properties: Mapping[str, Any], account: str) -> str | None:
    """The reason of the event; None for what is no certificate, or one that is not validated by DNS."""
    domain = properties.get("DomainName")
    if type_name != _TYPE or properties.get("ValidationMethod") != "DNS" or not isinstance(domain, str):
        return None
    name = domain.removeprefix("*.").rstrip(".")
    token = sha256(f"{account} {name}".encode()).hexdigest()
    value = f"_{token[32:]}.{''.join(chr(ord('a') + int(digit, 16)) for digit in token[:10])}.acm-validations.aws."
    return f"Content of DNS Record is: {{Name: _{token[:32]}.{name}.,Type: CNAME,Value: {value}}}"
