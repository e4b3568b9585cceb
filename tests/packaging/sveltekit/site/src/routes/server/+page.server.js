import * as plangrep from "plangrep-client";
import { check } from "../../../check.mjs";

export async function load({ url }) {
  return { outcome: await check(plangrep, JSON.parse(url.searchParams.get("task"))) };
}
