"""collector.toml: what is wrong is named with its file, key, value and remedy."""

from pathlib import Path

import pytest

from collector.config import History, Web, load
from runtime.settings import BadConfig


def written(folder: Path, text: str) -> Path:
    file = folder / "collector.toml"
    file.write_text(text)
    return file


def test_history_is_off_until_it_has_an_address(tmp_path: Path) -> None:
    assert load(written(tmp_path, "")).history == History()
    url = "http://127.0.0.1:9090/api/v1/write"
    history = load(written(tmp_path, f'[history]\nremote_write_url = "{url}"\n')).history
    assert (history.remote_write_url, history.every_report) == (url, False)
    assert history.labels == {"job": "pantau-city", "instance": "pantau"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'remote_write_url = "localhost:9090"',
            "history.remote_write_url: localhost:9090: not a URL; "
            "write one like http://127.0.0.1:9090/api/v1/write",
        ),
        (
            'remote_write_url = "http://[::1/api"',
            "history.remote_write_url: http://[::1/api: not a URL; "
            "write one like http://127.0.0.1:9090/api/v1/write",
        ),
        (
            'remote_write_url = "http://me:secret@prometheus/api/v1/write"',
            "history.remote_write_url: user and password are not supported; write it without",
        ),
        (
            "every_report = true",
            "history.every_report: nowhere to; set remote_write_url, as http://127.0.0.1:9090/api/v1/write",
        ),
        ("window_hours = 0", "history.window_hours: Expected `float` > 0.0"),
        ('url = "x"', "history: Object contains unknown field `url`"),
    ],
)
def test_a_wrong_setting_of_history_is_named(tmp_path: Path, text: str, said: str) -> None:
    file = written(tmp_path, f"[history]\n{text}\n")
    with pytest.raises(BadConfig) as told:
        load(file)
    assert str(told.value) == f"{file}: {said}"


def test_a_byte_order_mark_is_no_fault_and_utf_16_is_named(tmp_path: Path) -> None:
    file = tmp_path / "collector.toml"
    file.write_bytes(b'\xef\xbb\xbfinventory = "city"\n')
    assert load(file).inventory == "city"
    file.write_bytes('inventory = "city"\n'.encode("utf-16"))
    with pytest.raises(BadConfig, match=r"collector\.toml: is UTF-16; save it as UTF-8$"):
        load(file)


def test_a_heartbeat_without_a_url_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, '[heartbeat]\nurl = "watch.example"\n')
    with pytest.raises(BadConfig) as refused:
        load(file)
    assert str(refused.value) == (
        f"{file}: heartbeat.url: watch.example: not a URL; write one like https://watch.example/ping/4f1c"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("grafana.example", "grafana.example: not a URL; write one like https://grafana.example"),
        ("javascript://g", "javascript://g: not a URL; write one like https://grafana.example"),
        ("https://me:secret@grafana.example", "user and password are not supported; write it without"),
        (
            "https://g/?org=1",
            "https://g/?org=1: more than an address; write it in ASCII, without ? and #",
        ),
        ("https://g/#top", "https://g/#top: more than an address; write it in ASCII, without ? and #"),
        ("https://g/a b", "https://g/a b: more than an address; write it in ASCII, without ? and #"),
    ],
)
def test_a_grafana_that_no_link_can_lead_to_is_named(tmp_path: Path, url: str, said: str) -> None:
    file = written(tmp_path, f'[web]\ngrafana_url = "{url}"\n')
    with pytest.raises(BadConfig) as refused:
        load(file)
    assert str(refused.value) == f"{file}: web.grafana_url: {said}"


def test_a_grafana_below_a_path_is_taken(tmp_path: Path) -> None:
    for url in ("", "http://10.61.0.9:3000", "https://pantau.example/grafana/"):
        assert load(written(tmp_path, f'[web]\ngrafana_url = "{url}"\n')).web.grafana_url == url


AUTHORITY = '[authority]\ndirectory = "authority"\nnames = ["pantau.example"]\n'


def test_the_examples_of_docs_access_are_settings(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "access.md").read_text()
    examples = [part.partition("```")[0] for part in page.split("```toml\n")[1:]]
    assert len(examples) == 2
    for example in examples:
        config = load(written(tmp_path, AUTHORITY + example))
        assert config.web.proxy_networks or config.web_certificate()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'metrics_networks = ["10.1.0.1/16"]',
            "web.metrics_networks: 10.1.0.1/16 has host bits set; write a ",
        ),
        (
            'proxy_networks = ["nginx"]',
            "web.proxy_networks: 'nginx' does not appear to be an IPv4 or IPv6 netw",
        ),
        (
            'proxy_user_header = "X-Remote-User"',
            "web.proxy_user_header: anybody could send it; name the proxy",
        ),
        ('proxy_user_header = "X-Remote-User\\n"', "web.proxy_user_header: Expected `str` matching regex"),
        ('tls = "authority"', "web.tls: authority: there is none; add [authority], or set certificate_file"),
        ('key_file = "web.key"', "web.key_file: there is no certificate_file; set it too"),
        ('reading = "closed"', "web.reading: Invalid enum value 'closed'"),
    ],
)
def test_a_wrong_setting_of_the_web_is_named(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadConfig) as raised:
        load(written(tmp_path, f"[web]\n{text}\n"))
    assert said in str(raised.value)


def test_a_secret_of_systemd_is_missing_while_its_service_does_not_run() -> None:
    file = "/run/credentials/pantau-collector.service/secrets_web"
    with pytest.raises(
        BadConfig, match=r"systemd puts it there while pantau-collector\.service runs, for root"
    ):
        Web(token_file=file).token()
