// What a user's program does with the types; each @ts-expect-error is an error that they must see.

import { ApiError, isTerminal, type Job, PlangrepClient, PlangrepError } from "plangrep-client";
import { PlangrepClient as ExternalClient, init } from "plangrep-client/external";
import wasm from "plangrep-client/plangrep_client.wasm";

export async function use(signal: AbortSignal): Promise<string | null> {
  const client = new PlangrepClient({
    apiKey: () => "key",
    baseUrl: new URL("http://localhost"),
    timeoutMs: undefined,
  });
  const job: Job = await client.getJob("job", { signal });
  const done: Job = await client.waitForJob(job.id, {
    maxWaitMs: 60_000,
    onUpdate: ({ progress, etaMs }) => console.log(progress, etaMs),
  });
  for await (const { jobs, current } of client.watchProject(job.projectId, { stopWhenIdle: true })) {
    console.log(jobs.length, current?.status);
  }
  if (job.status === "completed" || isTerminal(job) || isTerminal("a status of tomorrow")) client.close();

  // @ts-expect-error an id is a string
  await client.getJob(42);
  // @ts-expect-error there is no such option
  await client.getJob("job", { timeout: 1 });
  // @ts-expect-error a job cannot be changed
  job.status = "failed";
  // @ts-expect-error a duration is a number
  new PlangrepClient({ timeoutMs: "30s" });
  return done.resultUrl;
}

export function describe(error: unknown): string {
  if (error instanceof ApiError) return `${error.status} ${error.apiCode ?? ""} ${error.attempts}`;
  if (PlangrepError.is(error)) {
    // @ts-expect-error there is no such code
    if (error.code === "unknown_code") return "";
    return error.code;
  }
  return String(error);
}

export async function external(): Promise<ExternalClient> {
  await init(wasm);
  await init(new URL("https://app.example/plangrep_client.wasm"));
  await init(fetch("/plangrep_client.wasm"));
  await init(new Uint8Array());
  // @ts-expect-error not a source
  await init(42);
  return new ExternalClient();
}
