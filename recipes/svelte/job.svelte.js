// A job as a rune, Svelte 5: `const job = observed(() => jobId)`, then `job.now.progress`.
import { client } from "../client.js";

export function observed(jobId) {
  const store = $derived(client.observeJob(jobId()));
  let now = $state.raw(store.get());
  $effect(() =>
    store.subscribe((state) => {
      now = state;
    }),
  );
  return {
    get now() {
      return now;
    },
    refresh: () => store.refresh(),
  };
}
