"""ICMP echoes as streams: the engine sends and listens; each stream decides what its echoes say."""
