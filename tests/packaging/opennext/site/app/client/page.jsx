"use client";

import * as plangrep from "plangrep-client";
import { useEffect } from "react";
import { check } from "../../check.mjs";
import { report } from "../../page.mjs";

// For the page alone, and made where it is rendered too.
const client = new plangrep.PlangrepClient({ baseUrl: "/plangrep" });
let reported = false;

export default function Page() {
  useEffect(() => {
    // In development React runs an effect twice.
    if (!reported) report((task) => check(plangrep, task));
    reported = true;
  });
  // Rendered on the server first.
  return <p>{String(client && plangrep.isTerminal("completed"))}</p>;
}
