// A store as a signal, Angular 17 and newer: `readonly job = observed(client.observeJob(id))`. Where it is called, an
// injection context is: a field of a component or a service.
import { DestroyRef, inject, type Signal, signal } from "@angular/core";
import type { Store } from "plangrep-client";

export function observed<T>(store: Store<T>): Signal<T> {
  const state = signal(store.get());
  inject(DestroyRef).onDestroy(store.subscribe((now) => state.set(now)));
  return state.asReadonly();
}
