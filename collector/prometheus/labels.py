"""Labels in Prometheus' text format 0.0.4."""


def labels(**values: str) -> str:
    """The labels as they stand between the braces."""
    return ",".join(f'{name}="{escaped(value)}"' for name, value in values.items())


def escaped(value: str) -> str:
    """A label's value as it stands between quotes."""
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
