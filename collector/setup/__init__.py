"""Makes the collector's machine: authority, certificates, and the configuration of the programs beside it.

1. `answers` says what a person wants, and remembers it.
2. `shipped` has the files of deploy/, `files` those that the answers call for.
3. `habit` decides about each file as Debian does: a person's change stays. `writing` writes.
4. `machine` does it all in order, and says each step.
"""
