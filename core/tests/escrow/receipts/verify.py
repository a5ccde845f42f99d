"""Checks receipts with Python's `cryptography`: what Earnest signs, others can verify.

Reads `{"public_keys", "hmac", "receipts"}` from standard input and prints how many receipts it found genuine, and how
many of their forgeries it refused.
"""

import hashlib
import hmac
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key


def canonical(payload):
    # the payload of a receipt holds texts and small integers only: this is RFC 8785 for it
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def genuine(receipt, keys, secret):
    message = canonical(receipt["payload"])
    if hashlib.sha256(message).hexdigest() != receipt["integrity_hash"]:
        return False
    by_alg = {signature["alg"]: signature for signature in receipt["signatures"]}
    shown = by_alg["Ed25519"]
    try:
        keys[shown["kid"]].verify(bytes.fromhex(shown["value"]), message)
    except InvalidSignature:
        return False
    expected = hmac.new(secret, message, hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, by_alg["HMAC-SHA-256"]["value"])


def forged(receipt):
    other = json.loads(json.dumps(receipt))
    other["payload"]["number"] += 1
    yield other
    rehashed = json.loads(json.dumps(other))
    rehashed["integrity_hash"] = hashlib.sha256(canonical(rehashed["payload"])).hexdigest()
    yield rehashed
    for place in range(len(receipt["signatures"])):
        other = json.loads(json.dumps(receipt))
        value = bytearray.fromhex(other["signatures"][place]["value"])
        value[7] ^= 1
        other["signatures"][place]["value"] = value.hex()
        yield other


def main():
    given = json.load(sys.stdin)
    keys = {}
    for key in given["public_keys"]["keys"]:
        raw = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"]))
        assert load_pem_public_key(key["pem"].encode()).public_bytes_raw() == raw.public_bytes_raw()
        keys[key["kid"]] = raw
    secret = bytes.fromhex(given["hmac"])
    good = [receipt for receipt in given["receipts"] if genuine(receipt, keys, secret)]
    refused = [bad for receipt in good for bad in forged(receipt) if not genuine(bad, keys, secret)]
    print(json.dumps({"genuine": len(good), "refused": len(refused)}))


main()
