import * as plangrep from "plangrep-client";
import { test } from "vitest";
import { check } from "./check.mjs";

test("follows a job in workerd", { timeout: 20_000 }, async () => {
  console.log(JSON.stringify(await check(plangrep, __TASK__)));
});
