import { follow } from "../../../../recipes/page/job.js";

export function mount(element, jobId) {
  const ends = [0, 1].map(() => follow(element.appendChild(document.createElement("section")), jobId));
  return () => {
    for (const end of ends) end();
  };
}
