// node start.js NAME URL: a process that has nothing but this, imports a client and makes its first call. Prints when
// it began to import, and the CPU time from there to the response.

const [, , name, baseUrl] = process.argv;
const apiKey = "pgk_live_bench";
const id = "job_8f2c1e5a90b7";

const firstCall = {
  "bare fetch": async () => {
    const headers = { accept: "application/json", authorization: `Bearer ${apiKey}` };
    return (await (await fetch(`${baseUrl}/api/open/v1/jobs/${id}`, { headers })).json()).job;
  },
  "ky + zod": async () => {
    const { createReader } = await import("./ky-zod.js");
    return createReader({ baseUrl, apiKey }).getJob(id);
  },
  "hand-made stack": async () => {
    const { createClient } = await import("./stack.js");
    return createClient({ baseUrl, apiKey }).getJob(id);
  },
  "plangrep-client": async () => {
    const { PlangrepClient } = await import("plangrep-client");
    return new PlangrepClient({ baseUrl, apiKey }).getJob(id);
  },
};

const before = process.cpuUsage();
const began = process.hrtime.bigint();
const job = await firstCall[name]();
const { user, system } = process.cpuUsage(before);
const sentMs = Number(BigInt(job.externalId) - began) / 1e6;
process.stdout.write(JSON.stringify({ sentMs, cpuMs: (user + system) / 1e3 }));
process.exit();
