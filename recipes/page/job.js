// A job on a plain page: `follow(document.querySelector("#job"), id)` gives the function that ends it.
import { client } from "../client.js";

export function follow(element, jobId) {
  const store = client.observeJob(jobId);
  const [words, bar] = [document.createElement("p"), document.createElement("progress")];
  const again = Object.assign(document.createElement("button"), { textContent: "Try again", onclick: store.refresh });
  element.replaceChildren(words, bar, again);
  return store.subscribe(({ status, job, progress, error }) => {
    words.textContent = error?.message ?? job?.status ?? "…";
    bar.value = progress ?? 0;
    again.hidden = status !== "failed";
  });
}
