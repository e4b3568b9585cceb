import { plangrep } from "library";
import { check } from "./check.mjs";

await import("plangrep-client").then(
  () => {
    throw new Error("the package is found where nothing depends on it");
  },
  () => {},
);
console.log(JSON.stringify(await check(plangrep, JSON.parse(process.env.TASK))));
