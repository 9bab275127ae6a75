"""The authorities in force: one of them signs, and all of them are believed."""

from typing import NamedTuple

from collector.authority.ca import Ca
from collector.authority.folder import AuthorityFolder, BadAuthority, trust_of


class Authorities(NamedTuple):
    """The oldest first; never empty. `cross` has, by number, a certificate signed by the one before.

    A new one is believed at once, and signs when the broker believes it too: `signing_number`.
    """

    cas: tuple[Ca, ...]
    cross: dict[int, str]
    signing_number: int

    @property
    def newest(self) -> Ca:
        return self.cas[-1]

    @property
    def signing(self) -> Ca:
        return next((ca for ca in reversed(self.cas) if ca.number <= self.signing_number), self.cas[0])

    @property
    def trust(self) -> str:
        """In PEM."""
        return trust_of(self.cas)

    @property
    def chain(self) -> str:
        """A server shows this after its own certificate: who believes an older authority believes it too."""
        older = [ca for ca in reversed(self.cas) if ca.number <= self.signing.number]
        return "".join(self.cross[ca.number] for ca in older if self.cross.get(ca.number))


def authorities_in(folder: AuthorityFolder, passphrase: str = "") -> Authorities:
    """Raises BadAuthority."""
    cas = folder.load(passphrase)
    if not cas:
        raise BadAuthority(
            f"{folder.path}: holds no authority; make one with pantau-collector setup, or remove [authority]"
        )
    return Authorities(tuple(cas), {ca.number: folder.cross(ca) for ca in cas}, folder.signing_number())
