import { check } from "./check.mjs";
import { report } from "./page.mjs";

const address = import.meta.resolve("plangrep-client/plangrep_client.wasm");
const bytes = async () => await (await fetch(address)).arrayBuffer();
const sources = {
  url: () => new URL(address),
  response: () => fetch(address),
  bytes,
  module: async () => await WebAssembly.compile(await bytes()),
};

report(async (task) => {
  const external = await import("plangrep-client/external");
  const before = unavailable(external);
  await external.init(sources[task.source]());
  return { before, outcome: await check(external, task) };
});

function unavailable({ isTerminal, PlangrepError }) {
  try {
    return isTerminal("completed");
  } catch (error) {
    return PlangrepError.is(error) && error.code;
  }
}
