// Whose call it is: what a call runs belongs to its caller, by whatever the environment tells callers apart.

const job = (id, status) => ({
  job: { id, status, projectId: "proj_1", createdAt: "2026-01-01T00:00:00Z", updatedAt: new Date().toISOString() },
});

/**
 * `within(name, call)` runs a call in a context of that name; `current()` says in which one this runs. `isolated`: where
 * nothing is shared, each wait polls for itself, and in its own context.
 */
export async function whose({ PlangrepClient }, { within, current, isolated = false }) {
  const seen = [];
  const note = (what, owner) => seen.push([what, owner, current()]);
  const names = ["A", "B", "C"];
  const options = (ownerOf, respond) => {
    const polls = new Map();
    return {
      apiKey: () => `key_${current()}`,
      pollFloorMs: 10,
      fetch: async (url, { headers }) => {
        const id = url.slice(url.lastIndexOf("/") + 1);
        const owner = ownerOf(url);
        note("fetch", owner);
        if (headers.Authorization !== `Bearer key_${owner}`) throw new Error(`${headers.Authorization} for ${owner}`);
        const count = (polls.get(owner) ?? 0) + 1;
        polls.set(owner, count);
        return respond(id, count);
      },
      onEvent: ({ type, url }) => note(type, ownerOf(url)),
    };
  };
  const busy = () => new Response("busy", { status: 503 });

  // Requests: each begins at the same moment as the others, fails once and is sent again after a sleep.
  const itsId = (url) => url.slice(url.lastIndexOf("/") + 1);
  const client = new PlangrepClient(
    options(itsId, (id, count) => (count === 1 ? busy() : Response.json(job(id, "processing")))),
  );
  const start = new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all(
    names.map((name) =>
      within(name, () => start.then(() => client.getJob(name)).then((job) => note(`job ${job.status}`, name))),
    ),
  );

  // Waits and a watch that share each poll, which is the maker's. The second poll fails.
  const theirs = () => (isolated ? [...names, "D"].find((name) => name === current()) : "maker");
  const shared = within("maker", () => {
    const respond = (id, count) =>
      count === 2 ? busy() : Response.json(job(id, count === 1 ? "processing" : "completed"));
    return new PlangrepClient({ ...options(theirs, respond), maxRetries: 0 });
  });
  const waits = names.map((name) =>
    within(name, () =>
      shared
        .waitForJob("job_1", {
          intervalMs: 20,
          onUpdate: () => note("onUpdate", name),
          onPoll: () => note("onPoll", name),
          onPollError: () => note("onPollError", name),
        })
        .then(() => note("end", name)),
    ),
  );
  // Not by `await`, which zone.js does not see.
  const watched = within("D", () => {
    const watch = shared.watchJob("job_1", { intervalMs: 20 });
    const next = () =>
      watch.next().then(({ done }) => {
        note(done ? "end" : "value", "D");
        return done || next();
      });
    return next();
  });
  await Promise.all([...waits, watched]);

  const wrong = seen.filter(([, owner, context]) => owner !== context);
  if (wrong.length > 0) throw new Error(`ran elsewhere: ${JSON.stringify(wrong)}`);
  const counts = {};
  for (const [what] of seen) counts[what] = (counts[what] ?? 0) + 1;
  return counts;
}
