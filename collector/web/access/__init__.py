"""Who asks, and may they: visitors by address, token, proxy and session; signing in and out."""
