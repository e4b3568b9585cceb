import { createFalClient } from "@fal-ai/client";

const client = createFalClient({ proxyUrl: "/fal" });

export const first = () => client.queue.status("app", { requestId: "1" });
export const wait = (requestId) => client.queue.subscribeToStatus("app", { requestId, pollInterval: 10_000 });
