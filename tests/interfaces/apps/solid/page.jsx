import { hydrate } from "solid-js/web";
import { App } from "./App.jsx";

export const mount = (element, jobId) => hydrate(() => <App jobId={jobId} />, element);
