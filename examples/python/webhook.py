"""Verifies webhooks as Standard Webhooks 1.0 describes, with the standard library alone."""

import base64
import binascii
import hashlib
import hmac
import json

TOLERANCE_SECONDS = 5 * 60


class InvalidWebhook(Exception):
    """The webhook has no valid signature, or is too old or too new."""


def verify(secret, headers, body, now):
    """Returns the event of a valid webhook.

    Names in `headers` are in lower case, `body` is the bytes that came in, `now` is in Unix seconds.
    """
    try:
        message_id = headers["webhook-id"]
        timestamp = headers["webhook-timestamp"]
        signatures = headers["webhook-signature"]
    except KeyError as missing:
        raise InvalidWebhook(f"missing header {missing}") from None
    if not timestamp.isascii() or not timestamp.isdigit():
        raise InvalidWebhook("the time stamp is not a number")
    if abs(now - int(timestamp)) > TOLERANCE_SECONDS:
        raise InvalidWebhook("the time stamp is too old or too new")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = message_id.encode() + b"." + timestamp.encode() + b"." + body
    expected = hmac.new(key, signed, hashlib.sha256).digest()
    if not any(hmac.compare_digest(expected, given) for given in signatures_in(signatures)):
        raise InvalidWebhook("no signature matches")
    return json.loads(body)


def signatures_in(header):
    """Yields the signatures of version 1. There may be others, for instance while a secret is being changed."""
    for signature in header.split(" "):
        version, _, encoded = signature.partition(",")
        if version != "v1":
            continue
        try:
            yield base64.b64decode(encoded, validate=True)
        except binascii.Error:
            continue
