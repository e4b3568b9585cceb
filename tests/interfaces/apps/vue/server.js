import { renderToString } from "vue/server-renderer";
import { app } from "./App.js";

export const render = (jobId) => renderToString(app(jobId));
