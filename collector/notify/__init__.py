"""From a notice to the people: who is told, in which words, through which channel, until it is delivered."""
