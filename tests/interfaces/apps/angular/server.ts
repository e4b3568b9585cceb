import "@angular/compiler";
import { Component, type QueryList, ViewChildren } from "@angular/core";
import { JobComponent } from "../../../../recipes/angular/job.ts";
import { rendered } from "../angular-server.ts";

export function render(jobId: string) {
  @Component({ selector: "app-root", imports: [JobComponent], template: "<app-job /><app-job />" })
  class Root {
    @ViewChildren(JobComponent) jobs!: QueryList<JobComponent>;
    ngAfterViewInit() {
      for (const job of this.jobs) job.jobId.set(jobId);
    }
  }
  return rendered(Root);
}
