"""A notice on its way to people: receivers, words, channel, and attempts until one succeeds."""
