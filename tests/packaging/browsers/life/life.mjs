// What happens to pages: where they count from, what they are refused, and how much they request at once.

import { PlangrepClient } from "/node_modules/plangrep-client/index.mjs";
import { report } from "/page.mjs";

/** Its class, and whether its message names the URL and what may be the cause. */
const failure = (promise, why) =>
  promise.then(
    () => null,
    ({ name, message, url }) => (message.includes(url) && why.test(message) ? name : message),
  );
const policies = /the server, by CORS, or this page's policy may not allow it/;
const own = (options) => new PlangrepClient({ baseUrl: "/plangrep", maxRetries: 0, pollFloorMs: 10, ...options });
const counts = async () => await (await fetch("/counts")).json();
const release = (...ids) => fetch(`/release?ids=${ids}`);

// The page is under Trusted Types; the package needs none of them.
const trusted = globalThis.trustedTypes?.createPolicy("page", {
  createHTML: (text) => text,
  createScriptURL: (url) => url,
});
const html = (text) => trusted?.createHTML(text) ?? text;
const script = (url) => trusted?.createScriptURL(url) ?? url;

/** What the frame tells that this makes. */
async function framed(id, make) {
  const notified = new Promise((resolve) => {
    addEventListener("message", function listen({ data }) {
      if (data.id !== id) return;
      removeEventListener("message", listen);
      resolve(data);
    });
  });
  const frame = document.createElement("iframe");
  make(frame);
  const { outcome, attempts } = await notified;
  frame.remove();
  return [outcome, attempts];
}

const scriptIn = (baseUrl, id) =>
  `<script type="module" data-ask='${JSON.stringify({ baseUrl, id })}' src="${location.origin}/frame.mjs"></script>`;

const scenarios = {
  /** A `<base>` says where a relative address counts from. */
  async base() {
    const base = document.head.appendChild(document.createElement("base"));
    base.href = "/other/";
    const urls = [];
    const { id } = await own({ baseUrl: "plangrep", onEvent: ({ url }) => urls.push(url) }).getJob("ok_base");
    base.remove();
    return [id, new Set(urls).size, new URL(urls[0]).pathname];
  },
  srcdoc: () =>
    framed("ok_srcdoc", (frame) => {
      frame.srcdoc = html(scriptIn("/plangrep", "ok_srcdoc"));
      document.body.append(frame);
    }),
  blank: () =>
    framed("ok_blank", (frame) => {
      document.body.append(frame);
      const inside = frame.contentDocument;
      const element = inside.createElement("script");
      Object.assign(element, { type: "module", src: script("/frame.mjs") });
      element.dataset.ask = JSON.stringify({ baseUrl: "/plangrep", id: "ok_blank" });
      inside.body.append(element);
    }),
  /** Without an origin of its own: everything is another's. */
  sandbox: () =>
    framed("open_sandbox", (frame) => {
      frame.sandbox = "allow-scripts";
      frame.srcdoc = html(scriptIn("/plangrep", "open_sandbox"));
      document.body.append(frame);
    }),
  /** Without the cookies and the cache of its origin. */
  credentialless: () =>
    framed("ok_credentialless", (frame) => {
      frame.credentialless = true;
      frame.srcdoc = html(scriptIn("/plangrep", "ok_credentialless"));
      document.body.append(frame);
    }),
  /** Its document is written anew while it waits, which takes all listeners of document and window away. */
  rewritten: () =>
    framed("slow_rewritten", async (frame) => {
      frame.srcdoc = html(scriptIn("/plangrep", "slow_rewritten"));
      document.body.append(frame);
      while (!(await counts()).counts.slow_rewritten);
      const inside = frame.contentDocument;
      inside.open();
      inside.write(html("<!doctype html><title>anew</title>"));
      inside.close();
    }),
  /** The page, or the Escape key, ends all that is being loaded. */
  async stopped() {
    const wait = own().waitForJob("held_stopped", { intervalMs: 10 });
    while (!(await counts()).counts.held_stopped);
    stop();
    await release("held_stopped");
    return [(await wait).status, (await counts()).counts.held_stopped];
  },
  /** A navigation that comes to nothing: a download, or a response of 204. */
  async stays() {
    const wait = own().waitForJob("slow_stays", { intervalMs: 10 });
    while (!(await counts()).counts.slow_stays);
    location.assign("/after?ms=0&status=204");
    return (await wait).status;
  },
  /** Of two tabs one waits; it is closed, and the other goes on. */
  async leader() {
    const heard = (outcome) =>
      new Promise((resolve) => {
        addEventListener("message", function listen({ data }) {
          if (data.id !== "later_leader" || data.outcome !== outcome) return;
          removeEventListener("message", listen);
          resolve(data);
        });
      });
    const open = () => {
      const frame = document.createElement("iframe");
      frame.srcdoc = html(`<script type="module" src="${location.origin}/leader.mjs"></script>`);
      document.body.append(frame);
      return frame;
    };
    const polled = heard("polled");
    const first = open();
    await polled;
    const told = heard("heard");
    const second = open();
    await told;
    const ended = heard("completed");
    first.remove();
    const { attempts } = await ended;
    second.remove();
    return attempts;
  },
  /** Everything that it is given comes out of a frame, as in a page put together of several applications. */
  async realms() {
    const frame = document.body.appendChild(document.createElement("iframe"));
    const theirs = frame.contentWindow;
    const object = (members) => Object.assign(new theirs.Object(), members);
    const headers = object({ "x-theirs": "1" });
    const fetch = theirs.fetch.bind(theirs);
    const client = new PlangrepClient(object({ baseUrl: "/plangrep", pollFloorMs: 10, headers, fetch }));
    const controller = new theirs.AbortController();
    const options = object({ intervalMs: 10, signal: controller.signal, onPoll: () => controller.abort("theirs") });
    const aborted = await client.waitForJob("net_realms", options).catch((reason) => reason);
    const jobs = await client.waitForJobs(theirs.Array.of("ok_1", "ok_2"));
    frame.remove();
    return [aborted, jobs.map(({ status }) => status).join()];
  },
  /** Two pages, one client. */
  async ports() {
    const connect = () => {
      const { port } = new SharedWorker(script("/ports.mjs"), { type: "module" });
      const answered = new Promise((resolve) => {
        port.onmessage = ({ data }) => resolve(data);
      });
      port.postMessage("later_ports");
      return answered;
    };
    const statuses = await Promise.all([connect(), connect()]);
    return [...statuses, (await counts()).counts.later_ports];
  },
  /** The page's policy refuses it, again and again: once is enough. */
  policy: ({ elsewhere }) =>
    framed("open_policy", (frame) => {
      const policy = `<meta http-equiv="content-security-policy" content="connect-src 'self'">`;
      frame.srcdoc = html(policy + scriptIn(elsewhere, "open_policy"));
      document.body.append(frame);
    }),
  /** The response is there before the time is over, but the thread is busy until after that. */
  async busy() {
    const sent = Promise.withResolvers?.() ?? {};
    sent.promise ??= new Promise((resolve) => {
      sent.resolve = resolve;
    });
    const onEvent = ({ type }) => type === "request" && sent.resolve();
    const job = own({ timeoutMs: 300, onEvent }).getJob("late_busy");
    await sent.promise;
    // Another response, so the request is on its way too.
    await counts();
    const end = performance.now() + 600;
    while (performance.now() < end);
    const { status } = await job;
    return [status, (await counts()).counts.late_busy];
  },
  /** Eight polls at once leave the page connections of its own. */
  async polls() {
    const client = own();
    const ids = Array.from({ length: 8 }, (_, n) => `held_${n}`);
    const waits = ids.map((id) => client.waitForJob(id, { intervalMs: 10 }));
    // Each of these requests is the page's own, and gets through.
    while ((await counts()).inFlight < 4);
    await release(...ids.slice(0, 4));
    await Promise.all(waits.slice(0, 4));
    await release(...ids);
    await Promise.all(waits);
    return (await counts()).most;
  },
  /** A page has its turn, again and again, between the arrival of a long list and the update. */
  long: () =>
    besideTurns(async (turns) => {
      const updates = [];
      const { parse } = JSON;
      let before;
      JSON.parse = (text) => {
        before = turns();
        return parse(text);
      };
      try {
        for await (const { jobs, changed } of own().watchProject("long_3000", { intervalMs: 10 })) {
          updates.push([jobs.length, changed.length, turns() - before >= 15]);
          if (updates.length === 3) break;
        }
      } finally {
        JSON.parse = parse;
      }
      return updates;
    }),
  async cors({ elsewhere }) {
    return await failure(own({ baseUrl: elsewhere }).getJob("ok_cors"), policies);
  },
  async preflight({ elsewhere }) {
    const headers = { "x-of-mine": "1" };
    const refused = await failure(own({ baseUrl: elsewhere, headers }).getJob("open_x"), policies);
    return [refused, (await counts()).counts.open_x ?? 0];
  },
  host: () => failure(own({ baseUrl: "https://nothing.invalid" }).getJob("ok_host"), policies),
  async login() {
    const { code, message } = await own()
      .getJob("login_1")
      .catch((error) => error);
    return [code, /answered with a redirect, perhaps to a login/.test(message)];
  },
  offline: ({ elsewhere }) =>
    inWorker(new Worker(script("/worker.mjs"), { type: "module" }), elsewhere, "broken_worker"),
  shared: ({ elsewhere }) => {
    const { port } = new SharedWorker(script("/worker.mjs"), { type: "module" });
    port.start();
    return inWorker(port, elsewhere, "broken_shared");
  },
  /** More than browsers take at once. */
  async many() {
    const client = own();
    const jobs = await Promise.allSettled(Array.from({ length: 3000 }, (_, n) => client.getJob(`ok_${n}`)));
    return jobs.filter(({ status }) => status === "fulfilled").length;
  },
};

/** What `work` does, with a page beside it that wants a turn again and again; `turns` tells how many it has had. */
async function besideTurns(work) {
  let turns = 0;
  const { port1, port2 } = new MessageChannel();
  const next = () => port2.postMessage(null);
  port1.onmessage = () => {
    turns++;
    next();
  };
  next();
  try {
    return await work(() => turns);
  } finally {
    port1.close();
  }
}

const inWorker = (worker, elsewhere, id) =>
  new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data === "ready") worker.postMessage({ elsewhere, id });
      else resolve(data);
    };
  });

report(async (task) => {
  const outcomes = {};
  for (const [name, run] of Object.entries(scenarios)) {
    if (!task.names.includes(name)) continue;
    const late = new Promise((resolve) => setTimeout(resolve, 30_000, "not done after 30 s"));
    outcomes[name] = await Promise.race([Promise.resolve(task).then(run), late]).catch(
      (error) => `${error}\n${error.stack}`,
    );
  }
  return outcomes;
});
