// What is made into one file, and run without the package beside it: as a program, or out of a snapshot of a process that
// has imported the package.

const { startupSnapshot } = require("node:v8");
const plangrep = require("plangrep-client");
const { check } = require("./check.cjs");

async function main() {
  console.log(JSON.stringify(await check(plangrep, JSON.parse(process.env.TASK))));
}

if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(main);
else main();
