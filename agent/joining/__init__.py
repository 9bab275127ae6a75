"""A box joins the city with an invitation, and its agent renews the certificate. docs/decisions/0017."""
