// A job whose id is a signal that may change, as a resource of Angular 20 and newer.
import { Component, resource, signal } from "@angular/core";
import { client } from "../client.js";

@Component({
  selector: "app-job",
  template: `
    <p>{{ job.value()?.job?.status ?? "…" }}</p>
    <progress [value]="job.value()?.progress ?? 0"></progress>
    @if (job.value()?.status === "failed") { <button (click)="job.reload()">Try again</button> }
  `,
})
export class JobComponent {
  readonly jobId = signal<string | undefined>(undefined);
  readonly job = resource({
    params: () => this.jobId(),
    stream: async ({ params, abortSignal }) => {
      const store = client.observeJob(params);
      const state = signal({ value: store.get() });
      abortSignal.addEventListener(
        "abort",
        store.subscribe((value) => state.set({ value })),
      );
      return state;
    },
  });
}
