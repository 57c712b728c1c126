"""The keys of an environment file: what each takes in words, which are needed, and the form of those that are one text.

The reader of the file and the schema that editors check it with (templates/schema/) are both made of these.
"""

from cloudformation.environment.keys.expected_routes import KEY as ROUTES
from cloudformation.environment.keys.expected_routes import MEANS as ROUTES_MEANS
from cloudformation.environment.keys.operation_settings import KEYS as OPERATION_KEYS
from cloudformation.environment.keys.regions import REGION
from cloudformation.environment.keys.service_settings import KEY as SERVICES
from cloudformation.environment.keys.service_settings import MEANS as SERVICES_MEANS

OWN_TREE = "rendered"
KEYS = {
    "account": "the account's 12 digits, in quotes",
    "region": "a region, for example ap-northeast-1",
    "stack": "a letter, then letters, digits and hyphens, at most 128 characters",
    "artifacts_bucket": "an S3 bucket name",
    "termination_protection": "true or false",
    "tags": "a mapping of names to texts",
    "protect": "a list of paths such as Ecs/Service",
    "role": "the ARN of the IAM role that CloudFormation takes",
    "hosted_zone": "the name of the hosted zone",
    "rendered": "the folder of another rendered tree, seen from the project's: ../shop/rendered",
    "parameters": "a mapping of parameter names to values",
    SERVICES: SERVICES_MEANS,
    ROUTES: ROUTES_MEANS,
    **OPERATION_KEYS,
}
REQUIRED = ("account", "region", "stack", "parameters")
PATTERNS = {
    "account": r"[0-9]{12}",
    "region": REGION.pattern,
    "stack": r"[a-zA-Z][-a-zA-Z0-9]{0,127}",
    "artifacts_bucket": r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
    "termination_protection": r"true|false",
    "role": r"arn:aws[a-z-]*:iam::[0-9]{12}:role/\S+",
}
"""Each must match the whole text; a key that is not needed may also be empty, as if it were not written."""
SCALARS = (*PATTERNS, "hosted_zone", "rendered")
