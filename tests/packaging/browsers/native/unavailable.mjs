import { getTask, report } from "./page.mjs";

if (getTask().withoutWebAssembly) delete globalThis.WebAssembly;

report(async () => {
  const { isTerminal, PlangrepClient, PlangrepError } = await import("plangrep-client");
  const failure = (work) => {
    try {
      return work();
    } catch (error) {
      return [error instanceof PlangrepError, PlangrepError.is(error), error.code, error.message];
    }
  };
  return [failure(() => isTerminal("completed")), failure(() => new PlangrepClient())];
});
