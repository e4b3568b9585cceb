import { AssemblyAI } from "assemblyai";

const client = new AssemblyAI({ baseUrl: "/assemblyai", apiKey: "none" });

export const first = () => client.transcripts.get("1");
export const wait = (id) => client.transcripts.waitUntilReady(id, { pollingTimeout: 600_000 });
