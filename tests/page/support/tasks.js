// How long the page's main thread was busy at a stretch, in processor time: what other programs do meanwhile on the
// same machine does not count.

/** A task as a whole is told under the last of these only. */
const CATEGORIES = ["toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];

const TASK = "RunTask";

/** Runs `work` and gives the main thread's tasks of 10 ms and more, in ms, the longest first. */
export async function tasksDuring(page, work) {
  const browser = page.context().browser();
  await browser.startTracing(page, { categories: CATEGORIES });
  await work();
  const { traceEvents } = JSON.parse(await browser.stopTracing());
  const isMain = ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain";
  const threads = new Set(traceEvents.filter(isMain).map(({ pid, tid }) => `${pid} ${tid}`));
  const times = traceEvents
    .filter(({ pid, tid, name }) => threads.has(`${pid} ${tid}`) && name === TASK)
    .map(({ tdur = 0 }) => tdur / 1_000);
  return times.filter((ms) => ms >= 10).sort((one, other) => other - one);
}
