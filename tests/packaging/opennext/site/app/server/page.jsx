import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

export default async function Page({ searchParams }) {
  const { task } = await searchParams;
  const outcome = await check(plangrep, JSON.parse(task));
  return <p>OUTCOME:{encodeURIComponent(JSON.stringify(outcome))}</p>;
}
