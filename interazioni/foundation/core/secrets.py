"""Secrets in rows: AES-256-GCM, with the row's own address as associated data, and keyed hashes to look them up.

Key id, nonce and ciphertext travel together; table, primary key and column are authenticated, so that a value copied
into another row or column does not open. Keys come from `FIELD_KEYS` (the first writes, all read), the key of the
look-up hashes from `FIELD_INDEX_KEY`: changing the former is a rotation, changing the latter a re-index.
"""

import base64
import hashlib
import hmac
import os
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Tampered(Exception):
    """The stored bytes were not written for this row and column, or not with our keys."""


@cache
def _keys(configured: tuple[str, ...]) -> dict[str, AESGCM]:
    if not configured:
        raise ImproperlyConfigured("FIELD_KEYS is empty: personal codes cannot be stored")
    keys = {}
    for item in configured:
        ident, _, encoded = item.partition(":")
        keys[ident] = AESGCM(base64.b64decode(encoded))
    return keys


def seal_bytes(content: bytes, *, address: str) -> bytes:
    """Encrypts; `address` is `table/primary key/column`."""
    keys = _keys(tuple(settings.FIELD_KEYS))
    ident = next(iter(keys))
    nonce = os.urandom(12)
    return ident.encode() + b":" + nonce + keys[ident].encrypt(nonce, content, address.encode())


def seal(text: str, *, address: str) -> bytes:
    """The same for a text."""
    return seal_bytes(text.encode(), address=address)


def open_sealed(blob: bytes, *, address: str) -> str:
    """Decrypts what `seal` made for the same address; raises `Tampered`."""
    return open_bytes(blob, address=address).decode()


def open_bytes(blob: bytes, *, address: str) -> bytes:
    """Decrypts what `seal_bytes` made for the same address; raises `Tampered`."""
    ident, _, rest = bytes(blob).partition(b":")
    key = _keys(tuple(settings.FIELD_KEYS)).get(ident.decode("ascii", "replace"))
    if key is None:
        raise Tampered(address)
    try:
        return key.decrypt(rest[:12], rest[12:], address.encode())
    except InvalidTag as fault:
        raise Tampered(address) from fault


def index_hash(kind: str, text: str) -> bytes:
    """The keyed hash (HMAC-SHA-256) by which an encrypted value is found. `kind` keeps equal values of two kinds apart."""
    if not settings.FIELD_INDEX_KEY:
        raise ImproperlyConfigured("FIELD_INDEX_KEY is empty: personal codes cannot be looked up")
    key = base64.b64decode(settings.FIELD_INDEX_KEY)
    return hmac.new(key, f"{kind}\0{text}".encode(), hashlib.sha256).digest()


class _Sealed:
    """What an instance holds until somebody reads the attribute: decrypting 5,000 rows of a list nobody looks at is waste."""

    __slots__ = ("blob",)

    def __init__(self, blob: bytes) -> None:
        self.blob = blob


class _Attribute:
    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type) -> Any:
        if instance is None:
            return self
        name = self.field.attname
        if name not in instance.__dict__:  # deferred
            instance.refresh_from_db(fields=[name])
        value = instance.__dict__[name]
        if isinstance(value, _Sealed):
            value = open_sealed(value.blob, address=self.field.address(instance))
            instance.__dict__[name] = value
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(models.BinaryField):  # type: ignore[type-arg]
    """A text, encrypted at rest. Empty text is stored as NULL. Not searchable: keep an `index_hash` beside it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.update(null=True, blank=True, editable=True, default=None)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("null", "blank", "editable", "default"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Attribute(self))

    def address(self, instance: models.Model) -> str:
        return f"{instance._meta.db_table}/{instance.pk}/{self.attname}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else _Sealed(bytes(value))

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if isinstance(value, _Sealed):
            return value.blob
        return seal(value, address=self.address(model_instance)) if value else None

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            raise TypeError("an encrypted field is written through its row: save() or bulk_create(), never update()")
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("an encrypted field is not serialised")
