"""The roles. Each may do all that the one before it may."""

from typing import Literal, get_args

Role = Literal["viewer", "operator", "admin"]
"""A viewer looks. An operator takes incidents in hand, notes, plans work. An admin changes who may do that,
and which boxes belong to the city.
"""
ROLES: tuple[Role, ...] = get_args(Role)


def reaches(role: Role | None, wanted: Role) -> bool:
    """May this role do what `wanted` may? None is nobody, who may do nothing."""
    return role is not None and ROLES.index(role) >= ROLES.index(wanted)
