"""The decision about each report: new, seen before, or refused. Sans-IO."""
