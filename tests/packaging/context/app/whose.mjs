// Whose call it is: what a call runs belongs to its caller, by whatever the environment tells callers apart.

const job = (id, status) => ({
  job: { id, status, projectId: "proj_1", createdAt: "2026-01-01T00:00:00Z", updatedAt: new Date().toISOString() },
});

/** `within(name, call)` runs a call in a context of that name; `current()` says in which one this runs. */
export async function whose({ PlangrepClient }, { within, current }) {
  const seen = [];
  const note = (what, owner) => seen.push([what, owner, current()]);
  const polls = new Map();
  const options = (owner) => ({
    apiKey: () => `key_${current()}`,
    pollFloorMs: 10,
    fetch: async (url, { headers }) => {
      const id = url.slice(url.lastIndexOf("/") + 1);
      note("fetch", owner ?? id);
      if (headers.Authorization !== `Bearer key_${owner ?? id}`) throw new Error(`${headers.Authorization} for ${id}`);
      const poll = (polls.get(id) ?? 0) + 1;
      polls.set(id, poll);
      if (!owner && poll === 1) return new Response("busy", { status: 503 });
      return Response.json(job(id, poll < 3 ? "processing" : "completed"));
    },
    onEvent: ({ type, url }) => note(type, owner ?? url.slice(url.lastIndexOf("/") + 1)),
  });

  // Requests: each begins at the same moment as the others, fails once and is sent again after a sleep.
  const client = new PlangrepClient(options());
  const start = new Promise((resolve) => setTimeout(resolve, 5));
  const names = ["A", "B", "C"];
  await Promise.all(
    names.map((name) =>
      within(name, () => start.then(() => client.getJob(name)).then((job) => note(`job ${job.status}`, name))),
    ),
  );

  // Waits that share each poll, which is the maker's.
  const shared = within("maker", () => new PlangrepClient(options("maker")));
  await Promise.all(
    names.map((name) =>
      within(name, () =>
        shared
          .waitForJob("job_1", {
            intervalMs: 20,
            onUpdate: () => note("onUpdate", name),
            onPoll: () => note("onPoll", name),
          })
          .then(() => note("end", name)),
      ),
    ),
  );

  const wrong = seen.filter(([, owner, context]) => owner !== context);
  if (wrong.length > 0) throw new Error(`ran elsewhere: ${JSON.stringify(wrong)}`);
  const counted = (what) => seen.filter(([other]) => other === what).length;
  return { fetch: counted("fetch"), retry: counted("retry"), onUpdate: counted("onUpdate"), onPoll: counted("onPoll") };
}
