"""URLs to which something is sent that nobody else is to read."""

from urllib.parse import urlsplit

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


def url_problem(url: str) -> str:
    """Return what is wrong with a URL, without showing it: it may hold a secret. Empty for nothing."""
    try:
        parts = urlsplit(url)
        local = parts.hostname in _HERE
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.port == 0:
            return "is none"
    except ValueError:
        return "is none"
    if parts.username or parts.password:
        return "holds a password"
    return (
        "" if parts.scheme == "https" or local else "is not https, so that anybody on the way could read and hold back"
    )
