"""The lists: each has a filter and pages, made on the server. One file a list."""
