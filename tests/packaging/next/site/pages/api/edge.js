import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

export const config = { runtime: "edge" };

export default async (request) => Response.json(await check(plangrep, await request.json()));
