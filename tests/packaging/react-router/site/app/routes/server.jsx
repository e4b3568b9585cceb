import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

export async function loader({ request }) {
  return { outcome: await check(plangrep, JSON.parse(new URL(request.url).searchParams.get("task"))) };
}

export default function Page({ loaderData }) {
  return <p>OUTCOME:{encodeURIComponent(JSON.stringify(loaderData.outcome))}</p>;
}
