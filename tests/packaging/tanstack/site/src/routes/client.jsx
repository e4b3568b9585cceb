import { createFileRoute } from "@tanstack/react-router";
import * as plangrep from "plangrep-client";
import { useEffect } from "react";
import { check } from "../../check.mjs";
import { report } from "../../page.mjs";

// For the page alone, and made where it is rendered too.
const client = new plangrep.PlangrepClient({ baseUrl: "/plangrep" });
// Before the router writes the address in its own way.
const task = globalThis.document && new URL(location.href).searchParams.get("task");

function Page() {
  useEffect(() => {
    history.replaceState(history.state, "", `/client?task=${encodeURIComponent(task)}`);
    report((task) => check(plangrep, task));
  }, []);
  return <p>{String(client && plangrep.isTerminal("completed"))}</p>;
}

export const Route = createFileRoute("/client")({ component: Page });
