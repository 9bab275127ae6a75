"""Notices as decided: to whom, and in which words. Sans-IO."""
