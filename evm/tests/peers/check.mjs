// Checks what earnest-evm signed with ethers and viem: `node check.mjs FOLDER CASES`, where FOLDER has both libraries
// and CASES is a file of JSON lines. Prints how many each library agreed on; ends with 1 at the first difference.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const [folder, cases] = process.argv.slice(2);
const require = createRequire(pathToFileURL(resolve(folder, "package.json")));
const ethers = require("ethers");
const viem = require("viem");
const { privateKeyToAccount } = require("viem/accounts");

const counts = {};
const count = (what) => (counts[what] = (counts[what] ?? 0) + 1);

function same(what, got, wanted, line) {
  if (got !== wanted) {
    console.error(`${what}: ${got}\nwanted ${wanted}\nof ${line}`);
    process.exit(1);
  }
  count(what);
}

const accessOf = (tx) => (tx.access_list ?? []).map((one) => ({ address: one.address, storageKeys: one.storage_keys }));

const TYPES = { legacy: 0, eip2930: 1, eip1559: 2 };

async function transaction(one, line) {
  const tx = one.tx;
  const read = ethers.Transaction.from(one.raw);
  same("ethers reads transactions: hash", read.hash, one.hash, line);
  same("ethers reads transactions: from", read.from, one.from, line);
  const made = ethers.Transaction.from({
    type: TYPES[tx.type], chainId: tx.chain_id, nonce: Number(tx.nonce), to: tx.to, value: tx.value,
    gasLimit: tx.gas_limit, data: tx.data, gasPrice: tx.gas_price, maxFeePerGas: tx.max_fee_per_gas,
    maxPriorityFeePerGas: tx.max_priority_fee_per_gas, accessList: tx.type === "legacy" ? undefined : accessOf(tx),
  });
  made.signature = new ethers.SigningKey(one.key).sign(made.unsignedHash);
  same("ethers signs transactions: bytes", made.serialized, one.raw, line);

  same("viem reads transactions: from", await viem.recoverTransactionAddress({ serializedTransaction: one.raw }), one.from, line);
  const number = (text) => (text === undefined || text === null ? undefined : BigInt(text));
  const fields = {
    type: tx.type, chainId: Number(tx.chain_id), nonce: Number(tx.nonce), to: tx.to, value: number(tx.value),
    gas: number(tx.gas_limit), data: tx.data, gasPrice: number(tx.gas_price), maxFeePerGas: number(tx.max_fee_per_gas),
    maxPriorityFeePerGas: number(tx.max_priority_fee_per_gas),
    ...(tx.type === "legacy" ? {} : { accessList: accessOf(tx) }),
  };
  const signed = await privateKeyToAccount(one.key).signTransaction(fields);
  same("viem signs transactions: bytes", signed, one.raw, line);
}

async function message(one, line) {
  const bytes = ethers.getBytes(one.message_hex);
  same("ethers hashes messages", ethers.hashMessage(bytes), one.digest, line);
  same("ethers recovers messages", ethers.verifyMessage(bytes, one.signature), one.from, line);
  const raw = { raw: one.message_hex };
  same("viem recovers messages", await viem.recoverMessageAddress({ message: raw, signature: one.signature }), one.from, line);
  same("viem signs messages", await privateKeyToAccount(one.key).signMessage({ message: raw }), one.signature, line);
}

async function typedData(one, line) {
  const { types, primaryType, domain, message } = one.typed_data;
  same("ethers hashes typed data", ethers.TypedDataEncoder.hash(domain, types, message), one.digest, line);
  same("ethers recovers typed data", ethers.verifyTypedData(domain, types, message, one.signature), one.from, line);
  const signed = await privateKeyToAccount(one.key).signTypedData({ types, primaryType, domain, message });
  same("viem signs typed data", signed, one.signature, line);
}

const kinds = { transaction, message, typed_data: typedData };
for (const line of readFileSync(cases, "utf8").trimEnd().split("\n")) {
  const one = JSON.parse(line);
  await kinds[one.kind](one, line);
}
console.log(JSON.stringify(counts));
