"""A simulated city on one machine: real agents, broker and collector over a network that a script invents."""
