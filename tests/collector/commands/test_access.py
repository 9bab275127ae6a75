"""The commands about accounts, tokens and the record of changes, against the real web."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.__main__ import main
from tests.collector.web.serving import Served, serving
from tests.collector.web.signed_in import Browser


class AdminTerminal:
    """It types commands of the admin at the collector's machine."""

    def __init__(self, folder: Path, web: Served, printed: pytest.CaptureFixture[str]) -> None:
        self.web = web
        self.folder = folder
        self._printed = printed

    def lines(self, *arguments: str, code: int = 0) -> list[str]:
        by = () if arguments[1:2] == ("list",) or arguments[0] == "audit" else ("--by", "Sari")
        assert main([*arguments, *by, "--config", str(self.folder / "collector.toml")]) == code
        printed = self._printed.readouterr()
        return (printed.err if code else printed.out).splitlines()

    def password(self, password: str) -> tuple[str, str]:
        file = self.folder / "password"
        file.write_text(f"{password}\n")
        return "--password-file", str(file)


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[AdminTerminal]:
    with serving(Served(token="s3cret")) as served:
        (tmp_path / "token").write_text("s3cret\n")
        config = f'[web]\nport = {served.port}\ntoken_file = "token"\n'
        (tmp_path / "collector.toml").write_text(config)
        yield AdminTerminal(tmp_path, served, capsys)


def test_an_admin_keeps_the_accounts_by_commands(terminal: AdminTerminal) -> None:
    assert terminal.lines("user", "list") == [
        "no accounts; add one: pantau-collector user add NAME --role admin"
    ]
    added = terminal.lines("user", "add", "budi", "--role", "viewer", *terminal.password("tepi-kapuas"))
    assert added == ["budi is viewer from now on"]
    assert Browser(terminal.web).sign_in("budi", "tepi-kapuas").status == 303
    assert terminal.lines("user", "list")[0].startswith("budi  viewer  signed in since ")
    assert terminal.lines("user", "role", "budi", "operator") == ["budi is operator from now on"]
    assert terminal.lines("user", "list") == ["budi  operator  not signed in"]
    terminal.lines("user", "password", "budi", *terminal.password("tepi-landak"))
    assert Browser(terminal.web).sign_in("budi", "tepi-kapuas").status == 401
    assert terminal.lines("user", "remove", "budi") == ["budi is no account any more"]
    assert Browser(terminal.web).sign_in("budi", "tepi-landak").status == 401


def test_a_password_comes_by_standard_input_too(
    terminal: AdminTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("tepi-kapuas\n"))
    terminal.lines("user", "add", "budi", "--password-file", "-")
    assert Browser(terminal.web).sign_in("budi", "tepi-kapuas").status == 303
    (refusal,) = terminal.lines("user", "add", "tuti", code=2)
    assert "no terminal to ask at" in refusal


@pytest.mark.parametrize(
    ("arguments", "password", "told"),
    [
        (("user", "add", "Budi S"), "tepi-kapuas", "a name has small letters"),
        (("user", "add", "budi"), "short", "too easy to guess"),
        (("user", "add", "budi-santoso"), "Budi-Santoso", "too easy to guess"),
        (("user", "add", "sari"), "tepi-kapuas", "is there already"),
        (("user", "password", "nobody"), "tepi-kapuas", "no account nobody"),
    ],
)
def test_an_impossible_account_is_refused_in_one_line(
    terminal: AdminTerminal, arguments: tuple[str, ...], password: str, told: str
) -> None:
    terminal.lines("user", "add", "sari", *terminal.password("tepi-kapuas"))
    (refusal,) = terminal.lines(*arguments, *terminal.password(password), code=2)
    assert told in refusal


def test_the_first_account_needs_the_machine_s_token(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(Served()) as served:
        (tmp_path / "collector.toml").write_text(f"[web]\nport = {served.port}\n")
        terminal = AdminTerminal(tmp_path, served, capsys)
        (refusal,) = terminal.lines("user", "add", "sari", *terminal.password("tepi-kapuas"), code=2)
        assert "web.token_file: write a secret there first" in refusal


def test_a_token_is_shown_once_and_counts_until_it_is_removed(terminal: AdminTerminal) -> None:
    secret, meaning, _ = terminal.lines("token", "add", "grafana", "--role", "operator", "--days", "90")
    assert meaning.startswith("It has the role operator until ")
    ask = {"Authorization": f"Bearer {secret}"}
    assert terminal.web.get("/api/quarantine", **ask).status == 200
    (listed,) = terminal.lines("token", "list")
    assert listed.startswith("grafana  operator  end")
    assert secret not in listed
    (refusal,) = terminal.lines("token", "add", "grafana", code=2)
    assert "is there already" in refusal
    terminal.lines("token", "remove", "grafana")
    assert terminal.web.get("/api/quarantine", **ask).status == 401
    (refusal,) = terminal.lines("token", "remove", "grafana", code=2)
    assert "no token grafana" in refusal


def test_the_record_of_changes_says_who_did_what_by_which_way_and_no_secret(terminal: AdminTerminal) -> None:
    terminal.lines("user", "add", "budi", *terminal.password("tepi-kapuas"))
    secret, *_ = terminal.lines("token", "add", "grafana")
    Browser(terminal.web).sign_in("budi", "tepi-kapuas")
    lines = terminal.lines("audit")
    told = [line.partition("  ")[2] for line in lines]
    assert told == [
        "budi: sign in  (page from 127.0.0.1)",
        "the machine's token for Sari: add token grafana “viewer, 90 d”  (cli from 127.0.0.1)",
        "the machine's token for Sari: add account budi “operator”  (cli from 127.0.0.1)",
    ]
    rows = json.loads(terminal.lines("audit", "--json")[0])
    assert [row["what"] for row in rows] == ["sign in", "add token", "add account"]
    assert secret not in str(rows)
    assert "tepi-kapuas" not in str(rows)
    store = b"".join(file.read_bytes() for file in Path(terminal.web.folder).iterdir())
    assert secret.encode() not in store
    assert b"tepi-kapuas" not in store
