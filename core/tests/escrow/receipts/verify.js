// Checks receipts with Node's own `crypto`: what Earnest signs, others can verify.
//
// Reads `{"public_keys", "hmac", "receipts"}` from standard input and prints how many receipts it found genuine, and how
// many of their forgeries it refused.

const { createHash, createHmac, createPublicKey, timingSafeEqual, verify } = require('node:crypto');

// The payload of a receipt holds texts and small integers only: this is RFC 8785 for it.
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`);
  return `{${members.join(',')}}`;
}

const hash = (message) => createHash('sha256').update(message).digest('hex');

function genuine(receipt, keys, secret) {
  const message = Buffer.from(canonical(receipt.payload));
  if (hash(message) !== receipt.integrity_hash) return false;
  const shown = (alg) => receipt.signatures.find((signature) => signature.alg === alg);
  const { kid, value } = shown('Ed25519');
  if (!verify(null, message, keys.get(kid), Buffer.from(value, 'hex'))) return false;
  const expected = createHmac('sha256', secret).update(message).digest();
  return timingSafeEqual(expected, Buffer.from(shown('HMAC-SHA-256').value, 'hex'));
}

function* forged(receipt) {
  const other = structuredClone(receipt);
  other.payload.number += 1;
  yield other;
  const rehashed = structuredClone(other);
  rehashed.integrity_hash = hash(canonical(rehashed.payload));
  yield rehashed;
  for (const place of receipt.signatures.keys()) {
    const flipped = structuredClone(receipt);
    const value = Buffer.from(flipped.signatures[place].value, 'hex');
    value[7] ^= 1;
    flipped.signatures[place].value = value.toString('hex');
    yield flipped;
  }
}

const given = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const keys = new Map(given.public_keys.keys.map((key) => [key.kid, createPublicKey(key.pem)]));
const secret = Buffer.from(given.hmac, 'hex');
const good = given.receipts.filter((receipt) => genuine(receipt, keys, secret));
const bad = good.flatMap((receipt) => [...forged(receipt)]);
const refused = bad.filter((receipt) => !genuine(receipt, keys, secret)).length;
console.log(JSON.stringify({ genuine: good.length, refused }));
