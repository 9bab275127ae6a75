"""`python -m wire.profiles > docs/devices.md`, which `make devices` does."""

import sys

from wire.profiles.document import document

if __name__ == "__main__":
    sys.stdout.write(document())
