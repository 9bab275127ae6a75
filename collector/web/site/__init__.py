"""The content of a site's page. Pure.

`page` puts it together; each other file is one part of it. `recent` is apart: it also reads the store.
"""

from collector.web.site.measured import MAX_PROBES
from collector.web.site.page import SitePage, site_page
from collector.web.site.recent import RECENT_SHOWN, recent_incidents
from collector.web.site.sight import Sight

__all__ = ["MAX_PROBES", "RECENT_SHOWN", "Sight", "SitePage", "recent_incidents", "site_page"]
