"""All that any of our programs needs to run. It knows none of them."""
