"""The cookie of a session: Starlette signs it, with another name over TLS, where no other host can set it.

It holds a secret alone. The store has the secret's hash, the account and the end; so to sign out, another
password or another role ends a session at once. SameSite is Lax: a link in a message opens the page of an
incident for a person who has signed in, and no form of another site gets the cookie.
"""

from starlette.middleware.sessions import SessionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from collector.access.account import SESSION_SECONDS

COOKIE = "pantau_session"
LONGEST_SECONDS = int(max(SESSION_SECONDS.values()))


class SessionCookies:
    def __init__(self, app: ASGIApp, key: str) -> None:
        def cookies(name: str, https_only: bool) -> SessionMiddleware:
            return SessionMiddleware(app, key, name, LONGEST_SECONDS, same_site="lax", https_only=https_only)

        self._plain, self._secure = cookies(COOKIE, False), cookies(f"__Host-{COOKIE}", True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._secure if scope.get("scheme") == "https" else self._plain
        await chosen(scope, receive, send)
