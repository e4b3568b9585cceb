// A job in Solid: `from` makes a signal of a store. `props.jobId` is read once; key the component where it changes.
import { from, Show } from "solid-js";
import { client } from "../client.js";

export function Job(props) {
  const store = client.observeJob(props.jobId);
  const state = from(store, store.get());
  return (
    <section>
      <p>{state().job?.status ?? "…"}</p>
      <progress value={state().progress ?? 0} />
      <Show when={state().error}>{(error) => <p role="alert">{error().message}</p>}</Show>
      <Show when={state().status === "failed"}>
        <button type="button" onClick={store.refresh}>
          Try again
        </button>
      </Show>
    </section>
  );
}
