"""What is secret in a sentence is struck, and nothing else."""

from __future__ import annotations

import pytest

from schemas import masking
from schemas.masking import masked, remember, remember_addresses, remember_environment


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what other tests were told, and afterwards what this one was."""
    monkeypatch.setattr(masking, "_secrets", set())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot open s3://me:hunter2@bucket/parts", "cannot open s3://***@bucket/parts"),
        ("s3://b?access_key=AK&secret_key=s3cret&region=eu", "s3://b?access_key=***&secret_key=***&region=eu"),
        (
            "HTTPSConnectionPool(host='x'): url: /v1?apikey=s3cret (Caused by",
            "HTTPSConnectionPool(host='x'): url: /v1?apikey=*** (Caused by",
        ),
        ("407 for {'Authorization': 'Basic dXNlcjpwYXNz'}", "407 for {'Authorization': 'Basic ***'}"),
        ("sent Bearer eyJhbGciOi.J9x_1", "sent Bearer ***"),
        ("connect(user='me', password='hunter2')", "connect(user='me', password='***')"),
        ('{"api_key": "s3cret", "n": 1}', '{"api_key": "***", "n": 1}'),
        ("secret_access_key = abcdef", "secret_access_key = ***"),
    ],
)
def test_what_looks_like_a_secret_is_struck(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert masked(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        "at 10:00 me@example.org wrote",
        "http://example.org/a@b",
        "basic strategies, Basic strategies and the bearer of 100,000 shares",
        "unexpected token: 'x' in line 3",
        "scenario full: unknown key: sd_m; did you mean sd_n?",
        "never run",
        "the parameter keep is 'many'; set SDENGINE_KEEP in the environment",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert masked(text) == text


@pytest.mark.parametrize(
    ("address", "secrets"),
    [
        ("https://me:hunter22@hooks.example/x", ["me:hunter22", "hunter22"]),
        ("https://me:p%40ssword@hooks.example/x", ["p%40ssword", "p@ssword"]),
        ("http://me:with/slash@proxy:3128", ["with/slash"]),
        ("s3://bucket/parts?secret_key=abcd%2Fefgh&region=eu", ["abcd%2Fefgh", "abcd/efgh"]),
        ("curl -u x https://a.example/?token=s3cretive", ["s3cretive"]),
    ],
)
def test_what_opens_an_address_is_struck_wherever_it_stands(address: str, secrets: list[str]) -> None:
    remember_addresses([address])
    for secret in secrets:
        assert masked(f"refused ({secret}) at 9") == "refused (***) at 9"
    assert masked("region eu, hooks.example, bucket") == "region eu, hooks.example, bucket"


def test_an_address_without_a_login_holds_no_secret() -> None:
    remember_addresses(["http://host:8080/a@b", "tcp://scheduler:8786", "just words: and@more"])
    assert masking._secrets == set()


def test_the_environment_tells_by_its_names() -> None:
    remember_environment(
        {
            "AWS_SECRET_ACCESS_KEY": "abcdefgh",
            "PREFECT_API_AUTH_STRING": "admin:letmein9",
            "HTTPS_PROXY": "http://me:hunter22@proxy:3128",
            "PWD": "/home/somebody",
            "MONKEY": "banana-bread",
            "SSL_KEY": "/etc/ssl/private.key",
            "SHORT_TOKEN": "abc",
        }
    )
    text = "abcdefgh letmein9 hunter22 /home/somebody banana-bread /etc/ssl/private.key abc"
    assert masked(text) == "*** *** *** /home/somebody banana-bread /etc/ssl/private.key abc"


def test_a_short_word_is_no_secret_that_is_struck_everywhere() -> None:
    remember("sd_n", "")
    assert masked("sd_n is 8") == "sd_n is 8"
