import { createFileRoute } from "@tanstack/react-router";
import { createServerFn } from "@tanstack/react-start";
import * as plangrep from "plangrep-client";
import { check } from "../../check.mjs";

const run = createServerFn()
  .validator((task) => task)
  .handler(({ data }) => check(plangrep, data));

function Page() {
  return <p>OUTCOME:{encodeURIComponent(JSON.stringify(Route.useLoaderData()))}</p>;
}

export const Route = createFileRoute("/server")({
  validateSearch: ({ task }) => ({ task }),
  loaderDeps: ({ search: { task } }) => ({ task }),
  loader: ({ deps: { task } }) => run({ data: task }),
  component: Page,
});
