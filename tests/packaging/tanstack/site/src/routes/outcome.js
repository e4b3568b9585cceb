import { createFileRoute } from "@tanstack/react-router";
import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

const POST = async ({ request }) => Response.json(await check(plangrep, await request.json()));

export const Route = createFileRoute("/outcome")({ server: { handlers: { POST } } });
