import "@angular/compiler";
import { Component } from "@angular/core";
import { rendered } from "../angular-server.ts";
import { observer } from "./observer.ts";

export function render(jobId: string) {
  @Component({
    selector: "app-root",
    imports: [observer(jobId)],
    template: "<app-signal /><app-signal />",
  })
  class Root {}
  return rendered(Root);
}
