import { Component } from "@angular/core";
import { observed } from "../../../../recipes/angular/observed.ts";
import { mounted } from "../angular.ts";
import { client } from "../client.js";

export const mount = (element: HTMLElement, jobId: string) => {
  @Component({
    selector: "app-signal",
    template: `<p>{{ job().job?.status ?? "…" }}</p>
      @if (job().status === "failed") { <button (click)="store.refresh()">Try again</button> }`,
  })
  class Observer {
    readonly store = client.observeJob(jobId);
    readonly job = observed(this.store);
  }
  return mounted(Observer, () => {})(element, jobId);
};
