"""Reading the files that people write with all kinds of editors."""
