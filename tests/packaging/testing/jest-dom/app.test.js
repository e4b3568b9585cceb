const plangrep = require("plangrep-client");
const { check } = require("./check.cjs");

test("follows a job in the page that Jest plays", async () => {
  const outcome = await check(plangrep, JSON.parse(process.env.TASK));
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
}, 20_000);
