"""The devices of a site as its page shows them. Pure.

`device` puts them together; `columns` says of each sort of part what a table of it shows, and `tables` makes
the tables.
"""

from collector.web.site.devices.device import DeviceView, devices

__all__ = ["DeviceView", "devices"]
