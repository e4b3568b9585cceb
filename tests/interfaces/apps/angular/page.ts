import { JobComponent } from "../../../../recipes/angular/job.ts";
import { mounted } from "../angular.ts";

export const mount = mounted(JobComponent, (component, jobId) => component.jobId.set(jobId));
