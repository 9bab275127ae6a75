"""Why a change of accounts and tokens is refused: one line for a person, with a remedy."""


class AccessRefused(Exception):
    """The change makes no sense."""


class NotThere(AccessRefused):
    """There is no account or token of this name."""
