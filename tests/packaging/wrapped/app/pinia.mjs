import { createPinia, defineStore, setActivePinia } from "pinia";
import { use } from "./use.mjs";

setActivePinia(createPinia());
let stores = 0;
await use((object) => {
  const useStore = defineStore(`store ${stores++}`, { state: () => ({ object }) });
  return useStore().object;
});
