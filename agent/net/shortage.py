"""Shortages of this machine itself. They say nothing about a target, so the target stays unknown."""

import errno
import os

from agent.net.failed import Failed

REMEDIES = {
    errno.EMFILE: "raise LimitNOFILE of its service",
    errno.ENFILE: "raise fs.file-max",
    errno.ENOMEM: "look for what holds its memory",
    errno.ENOBUFS: "raise net.core.wmem_max, or look for what fills its buffers",
    errno.ENOSPC: "raise fs.epoll.max_user_watches",
    errno.EADDRNOTAVAIL: "it has no address, or no free port, for this way",
    errno.EAFNOSUPPORT: "it has no such address family",
    errno.EPROTONOSUPPORT: "it has no such protocol",
}


class Shortage(Failed):
    """A failure with the reason `setting`: it does not mean that the target is down."""

    def __init__(self, number: int) -> None:
        super().__init__("setting", f"this machine: {os.strerror(number)}; {REMEDIES[number]}")
        self.number = number


def shortage(error: BaseException) -> Shortage | None:
    """None where the error may say something about the target."""
    if isinstance(error, MemoryError):
        return Shortage(errno.ENOMEM)
    number = error.errno if isinstance(error, OSError) else None
    return Shortage(number) if number in REMEDIES else None
