"""A service account of one's own: a key made for the tests, its file, and the settings of a register."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.google_server.server import ROBOT, Google


@cache
def key_pair() -> tuple[str, str]:
    """Return a private and a public key (PEM)."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def key_file(folder: Path, google: Google) -> Path:
    """Return the file of a key with which the server lets one in."""
    private, google.key = key_pair()
    told = {
        "type": "service_account",
        "project_id": "example-project",
        "private_key_id": "0123456789abcdef",
        "private_key": private,
        "client_email": ROBOT,
        "client_id": "100000000000000000000",
        "token_uri": f"{google.address}/token",
    }
    path = folder / "robot.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    return path


def settings(folder: Path, google: Google, book: str, **more: Any) -> dict[str, Any]:
    """Return the settings of a register that this server keeps, as a person would write them."""
    return {
        "kind": "google",
        "spreadsheet": book,
        "credentials": str(key_file(folder, google)),
        "address": google.address,
        **more,
    }
