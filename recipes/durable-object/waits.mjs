// A wait as a Durable Object: its alarm is the clock.
import { DurableObject } from "cloudflare:workers";
import { PlangrepClient } from "plangrep-client";

const options = { maxWaitMs: 86_400_000, maxPollErrors: Infinity };
const LEASE = 20_000;

export class Wait extends DurableObject {
  async start(jobId) {
    if ((await this.ctx.storage.get("jobId")) === undefined) {
      await this.ctx.storage.put({ jobId, state: null, outcome: null });
      await this.ctx.storage.setAlarm(Date.now());
    }
  }

  /** Something happened to the job: it is polled as soon as the floor allows. */
  async nudge() {
    if ((await this.ctx.storage.getAlarm()) !== null || this.polling) await this.ctx.storage.setAlarm(Date.now());
  }

  async alarm() {
    // If this one dies, the next comes when a poll is allowed again: sooner, an answer that was lost is asked for twice.
    const lease = Date.now() + LEASE;
    await this.ctx.storage.setAlarm(lease);
    const { PLANGREP_API_KEY: apiKey, PLANGREP_BASE_URL: baseUrl } = this.env;
    const client = new PlangrepClient({ apiKey, baseUrl, timeoutMs: 15_000 });
    const [jobId, state] = [await this.ctx.storage.get("jobId"), await this.ctx.storage.get("state")];
    const check = await client.checkJob(jobId, state, options);
    const nudged = (await this.ctx.storage.getAlarm()) < lease;
    if (check.nextPollMs !== null) {
      await this.ctx.storage.put("state", check.state);
      return this.ctx.storage.setAlarm(nudged ? Date.now() : Date.now() + check.nextPollMs);
    }
    await this.ctx.storage.put("outcome", check.error?.code ?? check.job.status);
    await this.ctx.storage.deleteAlarm();
  }

  outcome() {
    return this.ctx.storage.get("outcome");
  }
}
