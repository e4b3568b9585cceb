import OpenAI from "openai";

const client = new OpenAI({ baseURL: "/openai", apiKey: "none", dangerouslyAllowBrowser: true });

export const first = () => client.responses.create({ model: "m", input: "Hello", background: true });
export const again = (id) => client.responses.retrieve(id);
