import Replicate from "replicate";

const client = new Replicate({ baseUrl: "/replicate", auth: "none" });

export const first = () => client.predictions.get("1");
export const wait = (prediction) => client.wait(prediction, { interval: 10_000 });
