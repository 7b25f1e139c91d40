"""Verifies webhooks by Standard Webhooks 1.0, with nothing but the standard library."""

import base64
import binascii
import hashlib
import hmac
import json

TOLERANCE_SECONDS = 5 * 60


class NotTrusted(Exception):
    """The webhook is not from whom it says, or is too old, or too new."""


def verify(secret, headers, body, now):
    """Gives the event of a webhook that can be trusted.

    `headers` have names in lower case, `body` is the bytes as they came, `now` is in Unix seconds.
    """
    try:
        message_id = headers["webhook-id"]
        timestamp = headers["webhook-timestamp"]
        signatures = headers["webhook-signature"]
    except KeyError as missing:
        raise NotTrusted(f"there is no {missing} header") from None
    if not timestamp.isascii() or not timestamp.isdigit():
        raise NotTrusted("the time stamp is no number")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise NotTrusted("the time stamp is too old, or too new")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = message_id.encode() + b"." + timestamp.encode() + b"." + body
    expected = hmac.new(key, signed, hashlib.sha256).digest()
    if not any(hmac.compare_digest(expected, given) for given in signatures_in(signatures)):
        raise NotTrusted("no signature fits")
    return json.loads(body)


def signatures_in(header):
    """The signatures of version 1; others may stand beside them, as while a secret is changed."""
    for signature in header.split(" "):
        version, _, encoded = signature.partition(",")
        if version != "v1":
            continue
        try:
            yield base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
