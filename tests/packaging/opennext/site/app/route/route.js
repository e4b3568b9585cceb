import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

export async function POST(request) {
  return Response.json(await check(plangrep, await request.json()));
}
