// A wait as a Durable Object: its alarm is the clock.
import { DurableObject } from "cloudflare:workers";
import { PlangrepClient } from "plangrep-client";

const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };

export class Wait extends DurableObject {
  storage = this.ctx.storage;

  async start(jobId) {
    if (await this.storage.get("wait")) return;
    await this.storage.put("wait", { jobId, state: null, outcome: null });
    await this.storage.setAlarm(Date.now());
  }

  /** Something happened to the job: it is polled as soon as the floor allows. */
  async nudge() {
    if ((await this.storage.getAlarm()) !== null) await this.storage.setAlarm(Date.now());
  }

  async alarm() {
    // If this one dies, the next comes when a poll is allowed again: sooner, a response that was lost is requested twice.
    const lease = Date.now() + 20_000;
    await this.storage.setAlarm(lease);
    const { PLANGREP_API_KEY: apiKey, PLANGREP_BASE_URL: baseUrl } = this.env;
    const client = new PlangrepClient({ apiKey, baseUrl, timeoutMs: 15_000 });
    const { jobId, state } = await this.storage.get("wait");
    const check = await client.checkJob(jobId, state, options);
    const outcome = check.nextPollMs === null ? (check.error?.code ?? check.job.status) : null;
    const nudged = (await this.storage.getAlarm()) < lease;
    await this.storage.put("wait", { jobId, state: check.state, outcome });
    if (outcome === null) await this.storage.setAlarm(Date.now() + (nudged ? 0 : check.nextPollMs));
    else await this.storage.deleteAlarm();
  }

  async outcome() {
    return (await this.storage.get("wait")).outcome;
  }
}
