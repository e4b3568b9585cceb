import { generateHydrationScript, renderToString } from "solid-js/web";
import { App } from "./App.jsx";

export const head = generateHydrationScript();
export const render = (jobId) => renderToString(() => <App jobId={jobId} />);
