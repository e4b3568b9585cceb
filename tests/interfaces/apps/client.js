// In the place of recipes/client.js: a client of the emulator, which checks the key itself.
import { PlangrepClient } from "plangrep-client";

const { baseUrl, apiKey } = globalThis.emulator;
export const client = new PlangrepClient({ baseUrl, apiKey, dangerouslyAllowBrowser: true });
