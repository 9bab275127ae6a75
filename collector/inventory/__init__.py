"""The city as configured. The collector reads a folder and takes or refuses it as a whole."""

from collector.inventory.advice import check, warnings
from collector.inventory.city import Application, City, Link, Medium, Provider, Receiver, Role, Site
from collector.inventory.covered import plan_of
from collector.inventory.internet import Internet, Ring
from collector.inventory.load import Inventory, load
from collector.inventory.problem import BadInventory, Problem
from collector.inventory.rostered import rota_of
from collector.inventory.sample import init
from collector.inventory.targets import INTERNET
from collector.inventory.topology import Topology
from collector.inventory.watching import Watching, watching
from collector.inventory.windows import window_faults

__all__ = [
    "INTERNET",
    "Application",
    "BadInventory",
    "City",
    "Internet",
    "Inventory",
    "Link",
    "Medium",
    "Problem",
    "Provider",
    "Receiver",
    "Ring",
    "Role",
    "Site",
    "Topology",
    "Watching",
    "check",
    "init",
    "load",
    "plan_of",
    "rota_of",
    "warnings",
    "watching",
    "window_faults",
]
