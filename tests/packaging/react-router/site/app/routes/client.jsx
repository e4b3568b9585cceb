import * as plangrep from "plangrep-client";
import { useEffect } from "react";
import { check } from "../../check.mjs";
import { report } from "../../page.mjs";

// For the page alone, and made where it is rendered too.
const client = new plangrep.PlangrepClient({ baseUrl: "/plangrep" });

export default function Page() {
  useEffect(() => {
    report((task) => check(plangrep, task));
  }, []);
  return <p>{String(client && plangrep.isTerminal("completed"))}</p>;
}
