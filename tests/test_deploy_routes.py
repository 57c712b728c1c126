"""Which service gets a request, through the command: asked of what is deployed, by anyone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import deploy as command
from tests.deployment.shop import write_shop
from tests.deployment.shop_commands import Report, copied, deployed, reported
from tests.deployment.this_process import RehearsalHere
from tests.own_system import DEV
from tests.rehearsal.boto import client

pytestmark = pytest.mark.slow

Play = Callable[..., Report]
HOST = str(DEV.parameters["DomainName"].text)
API = f"https://{HOST}/api/orders"
ROUTES = f"\nroutes:\n  {API}: api\n  https://{HOST}/: myservice\n"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a platform and one web service stand."""
    folder = tmp_path_factory.mktemp("routes")
    write_shop(folder / "shop")
    for options in ([], ["--service", "api"]):
        deployed(folder / "shop", *options)
    return folder


@pytest.fixture
def shop(tmp_path: Path, standing: Path) -> Path:
    return copied(standing, tmp_path)


@pytest.fixture
def play(shop: Path, capsys: pytest.CaptureFixture[str]) -> Play:
    def played(*arguments: str) -> Report:
        return reported(shop, capsys, *arguments)

    return played


def by_hand(shop: Path, change: Callable[[Any, str, dict[str, Any]], object]) -> None:
    """Somebody changes the HTTPS listener beside CloudFormation; given are its ARN and the rule that all else gets."""
    state = shop.parent / "state" / f"{DEV.account}-{DEV.region}"
    with RehearsalHere(shop, ["--state", str(state), "--account", DEV.account]) as here:
        elb = client("elbv2", here.url(), region=DEV.region)
        [balancer] = elb.describe_load_balancers()["LoadBalancers"]
        listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
        [arn] = [one["ListenerArn"] for one in listeners if one["Port"] == 443]
        rules = {rule["Priority"]: rule for rule in elb.describe_rules(ListenerArn=arn)["Rules"]}
        change(elb, arn, rules["50000"])


def ruling(priority: int, *conditions: dict[str, Any], **action: Any) -> Callable[[Any, str, dict[str, Any]], object]:
    """A rule that forwards to the platform's own service, or does what `action` says."""

    def change(elb: Any, listener: str, rest: dict[str, Any]) -> None:
        forward = {"Type": "forward", "TargetGroupArn": rest["Actions"][0]["TargetGroupArn"]}
        elb.create_rule(ListenerArn=listener, Priority=priority, Conditions=[*conditions], Actions=[action or forward])

    return change


def path(*patterns: str) -> dict[str, Any]:
    return {"Field": "path-pattern", "PathPatternConfig": {"Values": [*patterns]}}


def ends(document: dict[str, Any]) -> list[str]:
    return [answer["ends"] for answer in document["answers"]]


def test_a_request_is_followed_from_its_redirect_to_the_service_that_gets_it(play: Play) -> None:
    code, document, err = play("route", f"http://{HOST}/api/x?page=1")
    assert (code, document["outcome"], ends(document)) == (0, "routed", ["api"]), err
    redirected, forwarded = document["answers"][0]["steps"]
    assert (redirected["listener"], redirected["does"], redirected["rule"]["priority"]) == ("HTTP 80", "redirect", None)
    assert redirected["leads_to"] == f"301 https://{HOST}/api/x?page=1"
    assert (forwarded["listener"], forwarded["services"], forwarded["rule"]["priority"]) == (
        "HTTPS 443",
        ["api"],
        10100,
    )
    assert forwarded["rule"]["conditions"] == [
        {"condition": "path-pattern /api/*", "met": True, "has": "it has /api/x"}
    ]
    assert "HTTPS 443: rule 10100 (path-pattern /api/*) forwards to api" in err


def test_what_no_rule_before_it_takes_is_the_platform_s_own_and_why_is_said(play: Play) -> None:
    code, document, err = play("route", f"https://{HOST}/API/x")
    assert (code, ends(document)) == (0, ["myservice"]), err
    assert "asked before: rule 10100 -> api: not path-pattern /api/*: it has /API/x" in err


def test_the_result_stands_on_stdout_and_the_way_on_stderr(shop: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["--env", "dev", "--rehearse", "--state", str(shop.parent / "state"), "route", API]
    capsys.readouterr()
    assert command.main(given, shop, rehearsal=RehearsalHere) == 0
    assert capsys.readouterr().out == f"api  {API}\n"


def test_nothing_listens_on_another_port(play: Play) -> None:
    code, document, err = play("route", f"https://{HOST}:8443/")
    assert (code, ends(document), document["answers"][0]["steps"][0]["does"]) == (0, ["nobody"], "nowhere")
    assert "no HTTPS listener on 8443: HTTP 80, HTTPS 443" in err


def test_the_requests_of_the_file_are_held_against_what_stands_not_against_the_files(play: Play, shop: Path) -> None:
    file = shop / "params/dev.yaml"
    file.write_text(file.read_text() + ROUTES)
    code, document, err = play("route")
    assert (code, document["held"], ends(document)) == (0, True, ["api", "myservice"]), err
    assert "2 of 2 requests are answered as routes: expects" in err

    by_hand(shop, ruling(5, path("/api/o*")))
    code, document, err = play("route")
    assert (code, ends(document)) == (1, ["myservice", "myservice"]), err
    wrong = document["answers"][0]
    line = file.read_text().splitlines().index(f"  {API}: api") + 1
    assert (wrong["expected"], wrong["file"], wrong["line"]) == ("api", "params/dev.yaml", line)
    says = f"params/dev.yaml:{line}: {API} is answered by myservice, not by api (rule 5 (path-pattern /api/o*))"
    assert says in err
    assert document["answers"][1]["difference"] is None


def test_a_rule_for_an_address_is_decided_where_the_address_is_said(play: Play, shop: Path) -> None:
    by_hand(shop, ruling(7, path("/api/*"), {"Field": "source-ip", "SourceIpConfig": {"Values": ["192.0.2.0/24"]}}))
    code, document, err = play("route", API)
    assert (code, ends(document)) == (1, ["undecided"]), err
    assert "who receives it is unknown: myservice by rule 7" in err
    assert "source-ip 192.0.2.0/24: where it comes from is not said" in err
    assert play("route", API, "--source-ip", "192.0.2.9")[1]["answers"][0]["ends"] == "myservice"
    code, document, err = play("route", API, "--source-ip", "198.51.100.9")
    assert (code, ends(document)) == (0, ["api"]), err


def test_method_headers_and_query_string_count(play: Play, shop: Path) -> None:
    kind = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "X-Kind", "Values": ["beta*"]}}
    method = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}
    query = {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "v", "Value": "2"}]}}
    by_hand(shop, ruling(7, kind, method, query))
    met = ["route", f"{API}?v=2", "--method", "POST", "--header", "x-kind=BETA-1"]
    assert ends(play(*met)[1]) == ["myservice"]
    for unmet in ([*met[:2], *met[4:]], met[:4], ["route", API, *met[2:]]):
        assert ends(play(*unmet)[1]) == ["api"]
    err = play(*met[:4], "--header", "X-Kind=secret")[2]
    assert "its X-Kind is another" in err
    assert "secret" not in err


def test_weights_fixed_responses_and_groups_that_no_stack_has_are_told(play: Play, shop: Path) -> None:
    def change(elb: Any, listener: str, rest: dict[str, Any]) -> None:
        own = rest["Actions"][0]["TargetGroupArn"]
        made = elb.create_target_group(Name="by-hand", TargetType="lambda")
        groups = [
            {"TargetGroupArn": own, "Weight": 9},
            {"TargetGroupArn": made["TargetGroups"][0]["TargetGroupArn"], "Weight": 1},
        ]
        split = {"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}
        elb.create_rule(ListenerArn=listener, Priority=8, Conditions=[path("/split")], Actions=[split])

    by_hand(shop, change)
    fixed = {"FixedResponseConfig": {"StatusCode": "410", "ContentType": "text/plain"}}
    by_hand(shop, ruling(9, path("/gone"), Type="fixed-response", **fixed))
    by_hand(
        shop,
        ruling(10, path("/away"), Type="redirect", RedirectConfig={"Host": "a.example.com", "StatusCode": "HTTP_302"}),
    )
    code, document, err = play("route", f"https://{HOST}/split")
    assert (code, document["answers"][0]["steps"][0]["leads_to"]) == (
        0,
        "myservice 90 %, target group by-hand, which no stack has 10 %",
    ), err
    assert ends(play("route", f"https://{HOST}/gone")[1]) == ["410"]
    assert ends(play("route", f"https://{HOST}/away?x=1")[1]) == ["302 https://a.example.com/away?x=1"]


def test_a_redirect_that_leads_to_itself_is_answered_by_nobody_and_one_of_a_post_by_who_gets_a_get(
    play: Play, shop: Path
) -> None:
    around = {"RedirectConfig": {"Path": "/r/#{path}", "StatusCode": "HTTP_302"}}
    by_hand(shop, ruling(8, path("/r/*"), Type="redirect", **around))
    code, document, err = play("route", f"https://{HOST}/r/x")
    assert (code, ends(document)) == (0, ["nobody"]), err
    assert "and so on without an end" in err
    method = {"Field": "http-request-method", "HttpRequestMethodConfig": {"Values": ["POST"]}}
    by_hand(shop, ruling(9, path("/api/*"), method))
    assert ends(play("route", API, "--method", "POST")[1]) == ["myservice"]
    code, document, err = play("route", API.replace("https", "http"), "--method", "POST")
    assert (code, ends(document)) == (0, ["api"]), err
    assert "a client makes a GET of the POST then" in err


def test_a_rule_for_what_every_client_sends_is_decided_where_that_is_said(play: Play, shop: Path) -> None:
    agent = {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "User-Agent", "Values": ["*bot*"]}}
    by_hand(shop, ruling(7, path("/api/*"), agent))
    code, document, err = play("route", API)
    assert (code, ends(document)) == (1, ["undecided"]), err
    assert "what its User-Agent is, is not said" in err
    assert ends(play("route", API, "--header", "User-Agent=curl/8")[1]) == ["api"]


def test_more_rules_than_a_page_has_are_all_asked(play: Play, shop: Path) -> None:
    def change(elb: Any, listener: str, rest: dict[str, Any]) -> None:
        for number in range(60):
            ruling(100 + number, path(f"/n/{number}"))(elb, listener, rest)

    by_hand(shop, change)
    code, document, err = play("route", f"https://{HOST}/n/59")
    assert (code, document["answers"][0]["steps"][0]["rule"]["priority"]) == (0, 159), err
    assert "51 further rules are asked before" in err


def test_without_a_stack_or_a_question_nothing_is_answered(tmp_path: Path, play: Play, shop: Path) -> None:
    code, document, err = play("route")
    assert (code, document["nothing_sent"]) == (2, True), err
    assert "params/dev.yaml has no routes:, and no URL is given" in err
    code, document, err = play("route", API, "--state", str(tmp_path / "empty"))
    assert (code, document["error"]) == (5, "StackBlocked"), err
    assert "next: deploy it first: " in err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["shop.example.com/x"], "it is not of the form https://host/path"),
        ([API, "--service", "api"], "route: not with --service"),
        ([API, "--header", "X-Kind: beta"], "--header needs NAME=VALUE"),
        ([API, "--method", "get"], "a method has capital letters"),
        ([API, "--source-ip", "nobody"], "'nobody' does not appear to be an IPv4 or IPv6 address"),
        (["--method", "GET"], "of which request? route URL"),
    ],
)
def test_a_request_that_nobody_can_send_is_wrong_use(
    shop: Path, capsys: pytest.CaptureFixture[str], words: list[str], says: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        command.main(["--env", "dev", "route", *words], shop)
    assert ended.value.code == 2
    assert says in capsys.readouterr().err
