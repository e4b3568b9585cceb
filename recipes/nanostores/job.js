// A job as an atom of nanostores, for its `computed` too, which knows of no other stores: `const $job = observed(id)`.
// It polls while somebody listens, and for a second after: nanostores waits that long for the next.
import { atom, onMount } from "nanostores";
import { client } from "../client.js";

export function observed(jobId) {
  const store = client.observeJob(jobId);
  const $state = atom(store.get());
  onMount($state, () => store.subscribe((now) => $state.set(now)));
  return Object.assign($state, { refresh: store.refresh });
}
