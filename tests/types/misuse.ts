// What the types must refuse: each line below a @ts-expect-error is an error, in strict mode.

import {
  ApiError,
  type ClientEvent,
  currentJob,
  isKnownStatus,
  isTerminal,
  type Job,
  type KnownJobStatus,
  PlangrepClient,
  PlangrepError,
  progress,
  summarizeBilling,
  TimeoutError,
} from "plangrep-client";
import { init } from "plangrep-client/external";

declare const job: Job;
const client = new PlangrepClient();

// @ts-expect-error a typo in an option's name
new PlangrepClient({ timeout: 1 });
// @ts-expect-error a duration is a number
new PlangrepClient({ timeoutMs: "30s" });
// @ts-expect-error null is not "not given"
new PlangrepClient({ apiKey: null });
// @ts-expect-error a key is a string
new PlangrepClient({ apiKey: () => 7 });
// @ts-expect-error headers are a plain object
new PlangrepClient({ headers: new Headers() });
// @ts-expect-error values of headers are strings
new PlangrepClient({ headers: { a: 1 } });
// @ts-expect-error a fetch gives a Response
new PlangrepClient({ fetch: async () => "text" });
// @ts-expect-error a Response has headers
new PlangrepClient({ fetch: async () => ({ status: 200, json: async () => ({}) }) });
// @ts-expect-error a fetch is given a URL as text
new PlangrepClient({ fetch: async (input: URL) => new Response(input.href) });
// @ts-expect-error a client is made with new
PlangrepClient();

// @ts-expect-error neither the module nor where it is
init(42);

// @ts-expect-error an id is needed
client.getJob();
// @ts-expect-error an id is a string
client.getJob(42);
// @ts-expect-error an option of the client only
client.getJob("job", { apiKey: "key" });
// @ts-expect-error an option of waits only
client.getJob("job", { maxWaitMs: 1 });
// @ts-expect-error a signal, not its controller
client.getJob("job", { signal: new AbortController() });
// @ts-expect-error a signal is inside of the options
client.getJob("job", new AbortController().signal);
// @ts-expect-error one of two words
client.waitForJob("job", { onBlocked: "ignore" });
// @ts-expect-error not of a watch: it yields instead
client.watchJob("job", { onUpdate() {} });
// @ts-expect-error of a project's watch only
client.watchJob("job", { stopWhenIdle: true });
// @ts-expect-error of a job's watch only
client.watchProject("project", { onBlocked: "throw" });
// @ts-expect-error a store polls while somebody listens
client.observeJob("job", { signal: new AbortController().signal });
// @ts-expect-error of a project's store only
client.observeJob("job", { stopWhenIdle: true });
// @ts-expect-error there may be no job yet
client.observeJob("job").get().job.id;
// @ts-expect-error a state is read-only
client.observeJob("job").get().status = "idle";
// @ts-expect-error an array of ids
client.waitForJobs(7);

// @ts-expect-error a job is read-only
job.status = "failed";
// @ts-expect-error and so are its files
job.files.push(job.files[0]);
// @ts-expect-error and what is in them
job.files[0].id = "";
// @ts-expect-error the page count may be null
job.pageCount.toFixed();
// @ts-expect-error the result may be null
job.resultUrl.length;
// @ts-expect-error unknown fields are not declared
job.priority;
// @ts-expect-error a status is open: it is not one of the known ones before it was checked
export const known: KnownJobStatus = job.status;
// @ts-expect-error there is no such status
export const misspelt: KnownJobStatus = "canceled";

// @ts-expect-error neither a status nor a job
isTerminal(7);
// @ts-expect-error neither a status nor a job
isTerminal({ state: "completed" });
// @ts-expect-error a status is a string
isKnownStatus(job);
// @ts-expect-error a job, not a number
progress(0.5);
// @ts-expect-error an array of jobs
currentJob(job);
// @ts-expect-error whole jobs
summarizeBilling([{ status: "completed" }]);
// @ts-expect-error there may be none
currentJob([job]).id;

export function narrowing(event: ClientEvent, error: unknown): void {
  // @ts-expect-error of a response only
  event.status;
  // @ts-expect-error not before it was checked
  error.code;
  if (PlangrepError.is(error)) {
    // @ts-expect-error there is no such code
    if (error.code === "oops") return;
    // @ts-expect-error of an ApiError only
    error.status;
    // @ts-expect-error a fact is read-only
    error.code = "timeout";
  }
  if (error instanceof ApiError) {
    // @ts-expect-error not a code of an ApiError
    if (error.code === "timeout") return;
    // @ts-expect-error the body can be anything
    error.body.message;
  }
  if (error instanceof TimeoutError) {
    // @ts-expect-error a timeout has no response
    error.status;
  }
}
