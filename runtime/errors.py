"""Errors that a person can cause, and how a program of ours ends with one."""

import sys
from collections.abc import Callable

USER_ERROR, INTERRUPTED = 2, 130


class UserError(Exception):
    """One line for a person, or several: file, key, value, remedy. The program ends with exit code 2."""


def exit_code(program: str, command: Callable[[], int]) -> int:
    """The command's own exit code; 2 after a UserError (its lines go to stderr), and 130 after Ctrl-C."""
    try:
        return command()
    except UserError as error:
        for line in str(error).splitlines():
            sys.stderr.write(f"{program}: {line}\n")
        return USER_ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
