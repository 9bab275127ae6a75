"""collector.toml for the answers of a person. Sans-IO."""

import json
from collections.abc import Iterator

from collector.setup.answers import Answers

SECRETS = "/run/credentials/pantau-collector.service/secrets_"
PASSPHRASE, TOKEN = "authority", "web"
"""The files in collector-secrets: the passphrase of the authority, this machine's own token for the web."""


def collector_toml(answers: Answers, directory: str) -> str:
    return "\n".join([*_head(answers), *_broker(answers, directory), *_rest(answers, directory), ""])


def _head(answers: Answers) -> Iterator[str]:
    yield "# The collector's settings. After a change: systemctl restart pantau-collector"
    yield 'inventory = "inventory"'
    yield f"store = {_text(f'sqlite:///{answers.state}/pantau.sqlite')}"


def _broker(answers: Answers, directory: str) -> Iterator[str]:
    yield ""
    yield "[broker]"
    near = "127.0.0.1" if answers.has_authority else "localhost"  # a certificate of your own has a name
    yield f"host = {_text(answers.broker_host or near)}"
    yield f"port = {answers.broker_port}"
    if answers.has_authority:
        authority = f"{answers.state}/authority"
        yield f"ca_file = {_text(f'{authority}/trust.pem')}"
        yield f"certificate_file = {_text(f'{authority}/collector.pem')}"
        yield f"key_file = {_text(f'{authority}/collector.pem')}"
        return
    key = (
        "/run/credentials/pantau-collector.service/key"
        if answers.is_installed
        else f"{directory}/collector.key"
    )
    yield "# Your own CA: put these files there. The certificate's CN is _collector."
    yield f"ca_file = {_text(f'{directory}/ca.pem')}"
    yield f"certificate_file = {_text(f'{directory}/collector.pem')}"
    yield f"key_file = {_text(key)}"


def _rest(answers: Answers, directory: str) -> Iterator[str]:
    secrets = SECRETS if answers.is_installed else f"{directory}/collector-secrets/"
    yield ""
    yield "[web]"
    yield "# Of the commands on this machine. People: pantau-collector user add NAME --role admin"
    yield f"token_file = {_text(secrets + TOKEN)}"
    if answers.has_authority:
        yield ""
        yield "[authority]"
        yield f"directory = {_text(f'{answers.state}/authority')}"
        yield "# Boxes reach this machine by these; the first stands in the codes of invitations."
        yield f"names = [{', '.join(map(_text, answers.names))}]"
        yield f"passphrase_file = {_text(secrets + PASSPHRASE if answers.passphrase else '')}"
    if answers.prometheus:
        yield ""
        yield "[history]"
        yield 'remote_write_url = "http://127.0.0.1:9090/api/v1/write"'


def _text(value: str) -> str:
    """A basic string of TOML. JSON's escapes are valid in it."""
    return json.dumps(value, ensure_ascii=False)
