"""The settings of [web] as the rules of access use them."""

from ipaddress import ip_network

from collector.access import AccessSettings
from collector.config import Web


def access_settings(web: Web) -> AccessSettings:
    return AccessSettings(
        token=web.token,
        reading=web.reading,
        metrics_token=web.metrics_token,
        metrics_networks=[ip_network(one) for one in web.metrics_networks],
        proxies=[ip_network(one) for one in web.proxy_networks],
        user_header=web.proxy_user_header,
        user_role=web.proxy_user_role or None,
    )
