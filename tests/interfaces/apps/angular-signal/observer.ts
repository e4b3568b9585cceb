import "@angular/compiler";
import { Component } from "@angular/core";
import { observed } from "../../../../recipes/angular/observed.ts";
import { client } from "../client.js";

/** A component that shows this job by the recipe's signal. */
export function observer(jobId: string) {
  @Component({
    selector: "app-signal",
    template: `<p>{{ job().job?.status ?? "…" }}</p>
      @if (job().status === "failed") { <button (click)="store.refresh()">Try again</button> }`,
  })
  class Observer {
    readonly store = client.observeJob(jobId);
    readonly job = observed(this.store);
  }
  return Observer;
}
