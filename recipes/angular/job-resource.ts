// A job whose id is a signal that may change, as a resource of Angular 20 and newer.
import { resource, signal } from "@angular/core";
import { client } from "../client.js";

export const jobResource = (jobId: () => string | undefined) =>
  resource({
    params: jobId,
    stream: async ({ params, abortSignal }) => {
      const store = client.observeJob(params);
      const state = signal({ value: store.get() });
      const end = store.subscribe((value) => state.set({ value }));
      abortSignal.addEventListener("abort", end);
      return state;
    },
  });
