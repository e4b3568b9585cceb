import { proxy, snapshot } from "valtio/vanilla";
import { use } from "./use.mjs";

let turn = 0;
await use((object) => {
  const state = proxy({ object });
  return turn++ % 2 ? snapshot(state).object : state.object;
});
