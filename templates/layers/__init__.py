"""The system and nothing else: one module a layer, and the root that wires them."""

from collections.abc import Callable

from troposphere import Template

from templates.layers import alb, app_sg, cert, data, ecs, network

# Layer name -> its template function, in build order: a layer may take what an earlier one gives.
LAYERS: dict[str, Callable[[], Template]] = {
    "network": network.template,
    "cert": cert.template,
    "alb": alb.template,
    "app-sg": app_sg.template,
    "data": data.template,
    "ecs": ecs.template,
}
