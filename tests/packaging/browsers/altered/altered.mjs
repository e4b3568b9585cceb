// Pages whose other scripts have changed what they all share; each is a frame of its own.

import { alterations } from "/alterations.mjs";
import { report } from "/page.mjs";

function framed(name) {
  const frame = document.createElement("iframe");
  const notified = new Promise((resolve) => {
    addEventListener("message", ({ data }) => {
      if (data.name === name) resolve(data.outcome);
    });
  });
  frame.src = `/frame.html#${name}`;
  document.body.append(frame);
  const late = new Promise((resolve) => setTimeout(resolve, 20_000, "not done after 20 s"));
  return Promise.race([notified, late]).finally(() => frame.remove());
}

report(async () => {
  const outcomes = {};
  for (const name of Object.keys(alterations)) outcomes[name] = await framed(name);
  return outcomes;
});
