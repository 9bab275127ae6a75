"""The declared tree of links against the neighbours that devices report by LLDP, CDP and MNDP."""

from collector.neighbors.compared import Difference, TopologyCheck, compared
from collector.neighbors.identities import Identities
from collector.neighbors.observed import SeenNeighbor, observed

__all__ = ["Difference", "Identities", "SeenNeighbor", "TopologyCheck", "compared", "observed"]
