"""An answer that comes in pages: all of them, one call each, and only as many as are read."""

from collections.abc import Callable, Iterator
from typing import Any

from deployment.aws.answers import needed
from deployment.aws.calls import call

# How an answer says that there is more: its member, and the argument that takes that to the next call. An IAM answer
# has a Marker only where it IsTruncated; S3's ListObjectsV2 has names of its own, and ECS, CloudWatch Logs and
# Elastic Load Balancing have.
_NEXT = {
    "NextToken": "NextToken",
    "nextToken": "nextToken",
    "Marker": "Marker",
    "NextMarker": "Marker",
    "NextContinuationToken": "ContinuationToken",
}


def pages(method: Callable[..., Any], /, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Every page of a paginated call; raises DeploymentError as `call` does."""
    following: dict[str, Any] = {}
    while True:
        page = call(method, **arguments, **following)
        yield page
        more = page.get("IsTruncated") is not False
        following = {argument: page[member] for member, argument in _NEXT.items() if more and page.get(member)}
        if not following:
            return


def members(method: Callable[..., Any], name: str, /, **arguments: Any) -> Iterator[dict[str, Any]]:
    """The members of one list, over all pages; a page may lack it."""
    for page in pages(method, **arguments):
        yield from page.get(name) or ()


def all_members(method: Callable[..., Any], name: str, /, **arguments: Any) -> list[dict[str, Any]]:
    """The same where a page that lacks the list would be taken for one that holds nothing: raises Unreachable then."""
    return [member for page in pages(method, **arguments) for member in needed(page, name)[0]]
