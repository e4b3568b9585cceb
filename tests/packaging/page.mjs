// For what runs in a browser: the task comes in the address, the outcome goes to the runner.

/** What the address carries, for a page and for its workers. */
export function getTask() {
  return JSON.parse(new URL(location.href).searchParams.get("task"));
}

/** Sends what `work` gives for the task, or what it throws. */
export async function report(work) {
  const task = getTask();
  let outcome;
  try {
    outcome = await work(task);
  } catch (error) {
    outcome = { failed: `${error}\n${error?.stack}` };
  }
  await fetch(task.reportTo, { method: "POST", mode: "no-cors", body: JSON.stringify(outcome) });
}
