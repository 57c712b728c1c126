"""The listeners: HTTPS, which services add their rules to, and HTTP, which only redirects."""

from troposphere import If, NoValue, Ref
from troposphere.elasticloadbalancingv2 import (
    Action,
    Certificate,
    FixedResponseConfig,
    Listener,
    ListenerAttribute,
    LoadBalancer,
    RedirectConfig,
)

from templates.load_balancer.parameters import HEADERS, certificate_arn, server_header, ssl_policy
from templates.parts.parameters import is_given_name


def https_listener(load_balancer: LoadBalancer) -> Listener:
    """Give the listener that answers 503 until a service's rule takes the request."""
    return Listener(
        "HttpsListener",
        LoadBalancerArn=Ref(load_balancer),
        Port=443,
        Protocol="HTTPS",
        SslPolicy=Ref(ssl_policy),
        Certificates=[Certificate(CertificateArn=Ref(certificate_arn))],
        ListenerAttributes=_response_headers(),
        DefaultActions=[
            Action(
                Type="fixed-response",
                FixedResponseConfig=FixedResponseConfig(
                    StatusCode="503", ContentType="text/plain", MessageBody="503 Service Temporarily Unavailable"
                ),
            )
        ],
    )


def http_listener(load_balancer: LoadBalancer) -> Listener:
    """Give the listener that sends everybody to HTTPS."""
    redirect = RedirectConfig(Protocol="HTTPS", Port="443", StatusCode="HTTP_301")
    return Listener(
        "HttpListener",
        LoadBalancerArn=Ref(load_balancer),
        Port=80,
        Protocol="HTTP",
        DefaultActions=[Action(Type="redirect", RedirectConfig=redirect)],
    )


def _response_headers() -> list[ListenerAttribute | If]:
    server = ListenerAttribute(Key="routing.http.response.server.enabled", Value=Ref(server_header))
    given = [
        If(
            is_given_name(value),
            ListenerAttribute(Key=f"routing.http.response.{header}.header_value", Value=Ref(value)),
            NoValue,
        )
        for header, value in HEADERS.items()
    ]
    return [server, *given]
