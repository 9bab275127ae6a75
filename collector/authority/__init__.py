"""The authority of the city's certificates: whom it signs, for how long, and what it takes back.

The time is a parameter. docs/decisions/0016-authority.md has the reasons.
"""
