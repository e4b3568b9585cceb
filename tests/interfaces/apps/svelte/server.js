import { render as rendered } from "svelte/server";
import Two from "./Two.svelte";

export const render = (jobId) => rendered(Two, { props: { jobId } }).body;
