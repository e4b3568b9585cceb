// What a program may do with the entry that takes the module as a file.

import { init, PlangrepClient } from "plangrep-client/external";
import wasm from "plangrep-client/plangrep_client.wasm";

export async function external(): Promise<PlangrepClient> {
  await init(wasm);
  await init(new URL("https://app.example/plangrep_client.wasm"));
  await init(fetch("/plangrep_client.wasm"));
  await init(new Uint8Array());
  return new PlangrepClient();
}
