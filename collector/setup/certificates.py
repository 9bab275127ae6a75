"""The authority and the control room's certificates, as the running collector keeps them from then on."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from msgspec.structs import replace

from collector.admission.files import FILES
from collector.admission.install import MODES, install
from collector.authority.ca import make_ca
from collector.authority.folder import AuthorityFolder
from collector.authority.issued import IssuedCertificate
from collector.authority.keys import BadKey
from collector.config import Authority, CollectorConfig
from collector.database.store import Store
from collector.enrolment.keeper import BROKER, AuthorityKeeper, OwnFile
from collector.setup.answers import BadAnswer
from collector.setup.collector_toml import SECRETS
from collector.setup.files import COLLECTOR, File
from collector.setup.writing import SetupLine, give_back, mirror, present, writing

MOSQUITTO = "mosquitto"


def certify(
    config: CollectorConfig, directory: Path, passphrase: str, reload: Callable[[], str]
) -> Iterator[SetupLine]:
    """`reload` has a running Mosquitto load its files, and returns a complaint or "".

    Lines for a person. Raises BadAuthority, BadBrokerFiles, BadConfig, StoreError, CannotWrite and BadAnswer.
    """
    settings = _at_hand(config.authority, directory) if config.authority else None
    if settings is None:
        return
    folder = AuthorityFolder(Path(settings.directory))
    yield from _authority(folder, settings, passphrase)
    keeper = AuthorityKeeper(settings, _recorder(config.store), time.time)
    try:
        yield from _own(keeper)
        yield from _of_broker(keeper, directory / "mosquitto", reload)
    except BadKey as bad:
        raise BadAnswer(f"{settings.directory}: {bad}") from None
    finally:
        give_back(folder.path.parent)


def _at_hand(settings: Authority, directory: Path) -> Authority:
    """systemd's copy of the passphrase is there only while the collector runs."""
    name = settings.passphrase_file.removeprefix(SECRETS)
    if name == settings.passphrase_file:
        return settings
    return replace(settings, passphrase_file=str(directory / "collector-secrets" / name))


def _authority(folder: AuthorityFolder, settings: Authority, passphrase: str) -> Iterator[SetupLine]:
    there = folder.load(settings.passphrase())
    if not there:
        made = make_ca(settings.names[0], time.time())
        folder.save(made, passphrase)
        shielded = "has a passphrase" if passphrase else "whoever reads it can sign"
        yield SetupLine(f"{folder.key_file(1)}: the key of the city's authority; {shielded}")
    elif passphrase and b"ENCRYPTED" not in (present(folder.key_file(there[-1].number)) or b"ENCRYPTED"):
        folder.save(there[-1], passphrase)
        yield SetupLine(f"{folder.key_file(there[-1].number)}: has a passphrase now", unit=COLLECTOR)


def _recorder(store: str) -> Callable[[IssuedCertificate], None]:
    def record(issued: IssuedCertificate) -> None:
        """The store is opened only for something new."""
        with closing(Store(store)) as opened:
            opened.authority.record(issued)

    return record


def _own(keeper: AuthorityKeeper) -> Iterator[SetupLine]:
    made = list[OwnFile]()
    keeper.on_renewed = made.append
    with writing():
        keeper.renew()
    for own in made:
        yield SetupLine(f"{keeper.path(own)}: a new certificate; it renews by itself", unit=COLLECTOR)


def _of_broker(keeper: AuthorityKeeper, target: Path, reload: Callable[[], str]) -> Iterator[SetupLine]:
    """Mosquitto reads copies of its own."""
    done = install(keeper.path(BROKER).parent, target, MOSQUITTO if os.geteuid() == 0 else "", reload)
    if done.changed:
        yield SetupLine(f"{target}: {', '.join(FILES)}: written, and a second Mosquitto has tried them")
    for name in FILES:  # a restored backup may come from a machine where the user has another number
        file = target / name
        yield from mirror(File(file, present(file) or b"", MODES[name], MOSQUITTO, MOSQUITTO, MOSQUITTO))
