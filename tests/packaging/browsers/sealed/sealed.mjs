// A frame without an origin, as untrusted content has, and a worker in it out of a blob, as bundlers make them.

import { report } from "/page.mjs";

report(() => {
  const frame = document.createElement("iframe");
  const notified = new Promise((resolve) => addEventListener("message", ({ data }) => resolve(data)));
  frame.sandbox = "allow-scripts";
  // Not a module worker: Chromium refuses those out of a blob where there is no origin.
  frame.srcdoc = `<script>
    const blob = new Blob(['import("${location.origin}/worker.mjs")'], { type: "text/javascript" });
    const worker = new Worker(URL.createObjectURL(blob));
    worker.onmessage = ({ data }) => parent.postMessage(data, "*");
    worker.onerror = ({ message }) => parent.postMessage(String(message), "*");
  </script>`;
  document.body.append(frame);
  return notified;
});
