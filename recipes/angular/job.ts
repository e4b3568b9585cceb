// A component that shows such a resource.
import { Component, signal } from "@angular/core";
import { jobResource } from "./job-resource";

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
  readonly job = jobResource(this.jobId);
}
