"""NetBox's CSV exports become files of an inventory, beside those that a person wrote."""
