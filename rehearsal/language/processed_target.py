"""A target after the transforms of its template: every stack operation works on the processed template.

What fails there fails later than the request: a change set by its reason, a stack by its rollback (recorded for
macros), as do the checks of the processed template.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cloudformation import text as template_text
from cloudformation.intrinsics.evaluation import Scope
from cloudformation.limits import TEMPLATE_BYTES
from cloudformation.refusals import CloudFormationError
from cloudformation.template.sections import parse_template
from cloudformation.template.transforms import INCLUDE, SERVERLESS, declarations
from rehearsal.language.capabilities import check_capabilities
from rehearsal.language.parameters import ref_value
from rehearsal.language.scopes import pseudo_parameters
from rehearsal.language.transforms.include import Include
from rehearsal.language.transforms.language_extensions import extended
from rehearsal.language.transforms.serverless import translated
from rehearsal.language.transforms.transform_failure import BUFFER, Budget, outgrown
from rehearsal.language.validation import validate_target, validate_template
from rehearsal.state.stacks import Stack, Target
from rehearsal.state.world import World


def judged_target(world: World, stack: Stack, target: Target, limit: int = TEMPLATE_BYTES) -> Target:
    """The target with its processed template, after every check that needs the values of its parameters.

    Errors: CloudFormationError where there is no transform; a transform that fails is the target's refusal.
    """
    if not parse_template(target.template).transforms:
        validate_target(world, stack, target)
        return target
    try:
        done = replace(target, template=_processed(world, stack, target, limit), original=target.template)
        template = parse_template(done.template)
        validate_template(template, world.types(stack.region))
        check_capabilities(template, target.capabilities)
        validate_target(world, stack, done)
    except CloudFormationError as error:
        return replace(target, template="", original=target.template, refusal=error.message)
    return done


def _processed(world: World, stack: Stack, target: Target, limit: int) -> str:
    """The processed template as JSON without a Transform section, as recorded for macros; the embedded transforms
    come first, then those of the whole template in their order (user guide, "Macro evaluation order")."""
    document = template_text.read(target.template)
    declared = parse_template(target.template).parameters
    values = {key: ref_value(declared[key], value) for key, value in target.parameters.items()}
    secret = frozenset(key for key, value in target.parameters.items() if value.no_echo)
    scope = Scope(parameters=values | pseudo_parameters(world, stack, target), mappings=_mappings(document))
    budget = Budget(BUFFER * limit)
    include = Include(scope, world.services.fetch, budget)
    whole = declarations(document.pop("Transform", []))
    document = include.embedded(document)
    for transform in whole:
        template_text.refuse_depth(document)
        if transform.name == INCLUDE:
            document = include.merged(document, transform)
        elif transform.name == SERVERLESS:
            document = translated(document, scope, secret, budget)
        else:
            document = extended(document, scope._replace(mappings=_mappings(document)), secret, budget)
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode("utf-8", "surrogatepass")) > limit:
        raise outgrown()
    return text


def _mappings(document: Mapping[str, Any]) -> Mapping[str, Any]:
    mappings = document.get("Mappings")
    return mappings if isinstance(mappings, dict) else {}
