// One client for the whole application. A server of yours adds the key: see SECURITY.md, "Using it in a web page".
import { PlangrepClient } from "plangrep-client";

export const client = new PlangrepClient({ baseUrl: "/plangrep" });
