import "@angular/compiler";
import { Component, provideZonelessChangeDetection, type QueryList, ViewChildren } from "@angular/core";
import { type BootstrapContext, bootstrapApplication } from "@angular/platform-browser";
import { provideServerRendering, renderApplication } from "@angular/platform-server";
import { JobComponent } from "../../../../recipes/angular/job.ts";

export function render(jobId: string) {
  @Component({ selector: "app-root", imports: [JobComponent], template: "<app-job /><app-job />" })
  class Root {
    @ViewChildren(JobComponent) jobs!: QueryList<JobComponent>;
    ngAfterViewInit() {
      for (const job of this.jobs) job.jobId.set(jobId);
    }
  }
  const providers = [provideServerRendering(), provideZonelessChangeDetection()];
  const bootstrap = (context: BootstrapContext) => bootstrapApplication(Root, { providers }, context);
  return renderApplication(bootstrap, {
    document: "<app-root></app-root>",
    url: "http://localhost/",
    allowedHosts: ["localhost"],
  });
}
