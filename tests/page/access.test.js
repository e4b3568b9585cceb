import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import { DESKTOP, openPage, PHONE, recordAnnouncements, stripSays } from "./support/browser.js";
import { startEmulator } from "./support/emulator.js";

let emulator;
let job;
before(async () => {
  emulator = await startEmulator(["--speed", "10", "--jobs", "14"]);
  for (const kind of ["completes_with_errors", "cancelled", "fails"]) {
    await emulator.order("POST", "jobs", { kind, ageMs: 86_400_000 });
  }
  job = (await emulator.order("POST", "jobs", { kind: "blocked", ageMs: 600_000, externalId: "blocked-one" })).jobId;
});
after(() => emulator.close());

/** What axe finds in the page as it stands. */
async function found(page) {
  const { violations, passes } = await page.evaluate(() => globalThis.axe.run(document));
  assert.ok(passes.length > 20, `axe has looked at little: ${passes.length} rules`);
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`),
  );
}

const connection = (page) => page.getByRole("button", { name: "Connection" });
const VIEWS = {
  jobs: async () => {},
  job: (page) => page.goto(`${emulator.url}/#/jobs/${job}`),
  "handed over": async (page) => {
    await page.getByRole("button", { name: "Wait for it" }).click();
    await page.getByRole("button", { name: "Hand over" }).click();
    await page.getByRole("link", { name: "Go on in another tab" }).waitFor();
  },
  "taken over": async (page) => {
    const link = await page.getByRole("link", { name: "Go on in another tab" }).getAttribute("href");
    await page.goto("about:blank");
    await page.goto(`${emulator.url}/${link}`);
    await page.getByText(/Waiting for .* poll/).waitFor();
  },
  billing: async (page) => {
    await page.getByRole("link", { name: "Billing" }).click();
    await page.getByText("The same as a table").click();
  },
  code: (page) => page.getByRole("link", { name: "Code" }).click(),
  connection: (page) => connection(page).click(),
  refused: async (page) => {
    await page.getByLabel("API key").fill("wrong");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await stripSays(page, "The API key was not accepted");
  },
};

for (const colorScheme of ["light", "dark"]) {
  for (const [device, viewport] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
    test(`axe finds nothing in any view: ${colorScheme}, ${device}`, async (t) => {
      const page = await openPage(t, "about:blank", { colorScheme, viewport, reducedMotion: "reduce" });
      await page.addInitScript({ content: axe.source });
      await page.goto(emulator.url);
      await stripSays(page, "Live");
      for (const [name, open] of Object.entries(VIEWS)) {
        await open(page);
        await page.waitForTimeout(300);
        assert.deepEqual(await found(page), [], name);
      }
    });
  }
}

/** What has the focus, as a person would name it. */
const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: node } = document;
    return (
      node.getAttribute("aria-label") ?? node.labels?.[0]?.innerText ?? node.innerText?.split("\n")[0] ?? node.nodeName
    );
  });

async function tabTo(page, name) {
  for (let step = 0; step < 60; step += 1) {
    await page.keyboard.press("Tab");
    if ((await focused(page)) === name) return;
  }
  assert.fail(`Tab never reaches “${name}”`);
}

test("by keyboard alone: skip the head, open a job, resume it, come back to the same row, break and mend", async (t) => {
  t.after(() => emulator.order("DELETE", "faults"));
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, "blocked-one");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "blocked-one" }).waitFor();
  assert.equal(await focused(page), "blocked-one");
  await tabTo(page, "Add credits and resume");
  await page.keyboard.press("Enter");
  await page.getByText("There is nothing for you to do.").waitFor();
  await page.goBack();
  await page.getByRole("table").waitFor();
  assert.equal(await focused(page), "blocked-one");
  await tabTo(page, "Works");
  for (let step = 0; step < 5; step += 1) await page.keyboard.press("ArrowRight");
  await stripSays(page, "The server cannot be reached");
  await page.keyboard.press("ArrowRight");
  await stripSays(page, "Live");
});

test("the dialog takes the focus, keeps it, and gives it back on Escape", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await tabTo(page, "Connection");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Connection" }).waitFor();
  const inside = () => page.evaluate(() => document.querySelector("dialog").contains(document.activeElement));
  assert.ok(await inside());
  await page.keyboard.press("Escape");
  assert.equal(await focused(page), "Connection");
});

test("every place that takes the focus shows it", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  const hidden = [];
  for (let step = 0; step < 45; step += 1) {
    await page.keyboard.press("Tab");
    const shown = await page.evaluate(() => {
      const looks = (node) => {
        const style = getComputedStyle(node);
        return style.outlineStyle !== "none" || style.boxShadow !== "none";
      };
      const { activeElement: node } = document;
      if (node === document.body) return true;
      return [node, node.nextElementSibling, node.closest("tr")].some((each) => each && looks(each));
    });
    if (!shown) hidden.push(await focused(page));
  }
  assert.deepEqual(hidden, []);
});

test("a screen reader hears of what matters and not of every poll", async (t) => {
  const page = await openPage(t, emulator.url);
  await stripSays(page, "Live");
  await recordAnnouncements(page);
  await emulator.order("POST", "jobs", { kind: "stuck", externalId: "slow-one", ageMs: 200_000 });
  await page.waitForTimeout(9_000);
  const notified = await page.evaluate(() => globalThis.announced);
  assert.ok(
    notified.some((text) => text.includes("slow-one: new")),
    notified.join("\n"),
  );
  assert.ok(notified.length <= 4, notified.join("\n"));
});

test("who wants less motion gets none", async (t) => {
  const page = await openPage(t, emulator.url, { reducedMotion: "reduce" });
  await stripSays(page, "Live");
  await page.getByRole("button", { name: "Connection" }).click();
  const moving = await page.evaluate(() => {
    const moves = (node) => {
      const { animationName, animationDuration, transitionDuration } = getComputedStyle(node);
      const lasts = (durations) => durations.split(", ").some((each) => Number.parseFloat(each) > 0.01);
      return (animationName !== "none" && lasts(animationDuration)) || lasts(transitionDuration);
    };
    return [...document.querySelectorAll("*")].filter(moves).map((node) => node.nodeName);
  });
  assert.deepEqual(moving, []);
  assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
});

test("on a screen as narrow as 320 px nothing has to be scrolled sideways", async (t) => {
  const page = await openPage(t, emulator.url, { viewport: { width: 320, height: 640 } });
  await stripSays(page, "Live");
  for (const view of ["jobs", `jobs/${job}`, "billing", "code"]) {
    await page.goto(`${emulator.url}/#/${view}`);
    await page.waitForTimeout(300);
    const [width, room] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      return [scrollWidth, clientWidth];
    });
    assert.ok(width <= room, `${view}: ${width} px wide`);
  }
});
