"""Files that people write, read as their editors left them."""
