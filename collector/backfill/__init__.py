"""Measurements that no scrape shows go to Prometheus by remote write, with the same labels and own times.

The transaction of a batch stores them with its reports, in a queue (database/backfill_queue.py). The writer
takes them from there, and tries again until the server has taken or refused each of them.
"""
