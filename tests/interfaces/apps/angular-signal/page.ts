import { mounted } from "../angular.ts";
import { observer } from "./observer.ts";

export const mount = (element: HTMLElement, jobId: string) => mounted(observer(jobId), () => {})(element, jobId);
