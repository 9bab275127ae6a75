"""What no scrape shows goes to Prometheus by remote write: under the same labels, at its own time.

A batch's unseen measurements are stored in the transaction of its reports (`unwritten`, `queue`); the writer
takes them from there, again and again until they are written, or refused and counted.
"""
