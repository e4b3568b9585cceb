import { hydrate, unmount } from "svelte";
import Two from "./Two.svelte";

export function mount(target, jobId) {
  const app = hydrate(Two, { target, props: { jobId } });
  return () => unmount(app);
}
