// Prints the test cases of ethers as JSON lines: `node testcases.mjs FOLDER NAME`.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { resolve } from "node:path";

const [folder, name] = process.argv.slice(2);
const path = resolve(folder, "node_modules/@ethersproject/testcases/testcases", `${name}.json.gz`);
for (const one of JSON.parse(gunzipSync(readFileSync(path)).toString())) {
  console.log(JSON.stringify(one));
}
