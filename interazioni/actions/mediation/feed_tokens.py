"""The token of a private calendar address: whose register holds it, and a secret. Only its hash is kept."""

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

SECRET = 26  # bytes; with the sixteen before them a multiple of three, so that no = ends the address


def made(dispatch_id: UUID) -> str:
    return urlsafe_b64encode(dispatch_id.bytes + secrets.token_bytes(SECRET)).decode()


def hashed(token: str) -> bytes:
    return sha256(token.encode()).digest()


def dispatch_of(token: str) -> UUID | None:
    """None for what is no token."""
    try:
        content = urlsafe_b64decode(token.encode())
    except ValueError:
        return None
    return UUID(bytes=content[:16]) if len(content) == 16 + SECRET else None
