"""The wallboard: the city for a control room, readable at five metres."""
