"""The visitor behind a request, by address, token, proxy or session; the ways to sign in and out."""
