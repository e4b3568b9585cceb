const plangrep = require("plangrep-client");
const { check } = require("./check.cjs");

check(plangrep, JSON.parse(process.env.TASK)).then((outcome) => console.log(JSON.stringify(outcome)));
