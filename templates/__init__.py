"""The press: five layers and the root that wires them, from Python to the CloudFormation YAML in `rendered/`."""

from collections.abc import Callable

from troposphere import Template

from templates.layers import alb, app_sg, cert, ecs, network

# Layer name -> its template function, in build order: a layer may take what an earlier one gives.
LAYERS: dict[str, Callable[[], Template]] = {
    "network": network.template,
    "cert": cert.template,
    "alb": alb.template,
    "app-sg": app_sg.template,
    "ecs": ecs.template,
}
