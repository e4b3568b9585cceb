import { app } from "./App.js";

export function mount(element, jobId) {
  const mounted = app(jobId);
  mounted.mount(element);
  return () => mounted.unmount();
}
