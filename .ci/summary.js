// Names what vitest's JSON report says was skipped or failed, and counts all of it in the last line. A file that
// failed before its tests began counts as one failure.

import { readFileSync } from "node:fs";

const { testResults, success } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const tests = testResults.flatMap(({ name, status, message, assertionResults }) =>
  status === "failed" && !assertionResults.some((test) => test.status === "failed")
    ? [...assertionResults, { status, fullName: `${name}: ${message}` }]
    : assertionResults,
);
const passed = tests.filter(({ status }) => status === "passed");
const failed = tests.filter(({ status }) => status === "failed");
const skipped = tests.filter((test) => !passed.includes(test) && !failed.includes(test));

for (const { fullName } of skipped) console.log(`skipped: ${fullName}`);
for (const { fullName } of failed) console.log(`failed: ${fullName}`);
console.log(`${passed.length} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = success && failed.length === 0 && passed.length > 0 ? 0 : 1;
