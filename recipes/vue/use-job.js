// A job in Vue 3; the id may be a ref or a getter. On a server the state is the idle one.
import { shallowRef, toValue, watchEffect } from "vue";
import { client } from "../client.js";

export function useJob(jobId) {
  const state = shallowRef();
  let store;
  watchEffect((onCleanup) => {
    store = client.observeJob(toValue(jobId));
    const end = store.subscribe((now) => {
      state.value = now;
    });
    onCleanup(end);
  });
  return { state, refresh: () => store.refresh() };
}
